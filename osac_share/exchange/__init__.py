"""Texts that others published: taken in with their history, and relayed word for word."""
