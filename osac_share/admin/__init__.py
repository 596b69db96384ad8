"""What program staff see at a glance: queues, what is overdue, and the record."""
