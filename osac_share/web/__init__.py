"""The glue between Flask and the features: it knows no feature."""
