"""Organizations, the people in them, and how those people sign in."""
