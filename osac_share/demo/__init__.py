"""A demonstration with fictional councils, people and reports."""
