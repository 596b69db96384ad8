"""Tokens of feed readers and programs: shown once, kept as digests, ended at once."""
