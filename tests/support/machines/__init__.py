"""What is said to machines, and what its standards demand of it.

`desk` and `newsroom` play histories of councils that publish; `alerts` holds a message to CAP 1.2
and `stix` an object to STIX 2.1; `following` reads a TAXII server as its standard client does.
"""
