"""OSAC Share: country councils share unclassified security information with their members."""
