"""What councils publish: reports, their immutable editions, and who may see them."""
