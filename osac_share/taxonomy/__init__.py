"""The fixed words of the field: places, topics, kinds, markings and the like, kept as data."""
