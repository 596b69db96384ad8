"""What others publish: polled from configured sources, read by a person, and then passed on."""
