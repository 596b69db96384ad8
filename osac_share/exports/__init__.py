"""Lists of reports to take along: as a table, for a program, or on paper."""
