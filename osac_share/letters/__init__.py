"""Letters to one person about their account, and the links in them that work once."""
