"""Find reports: the query language, the index, and the pages that search."""
