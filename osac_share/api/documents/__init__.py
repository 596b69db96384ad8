"""What the API says and understands: its operations, shapes, problems and description."""
