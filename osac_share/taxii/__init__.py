"""Reports for threat intelligence platforms: STIX 2.1 objects, served by TAXII 2.1."""
