"""How organizations become members, and how their people come, go and are confirmed."""
