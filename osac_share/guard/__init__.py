"""What may not leave: markings of control, personal data, what the eye does not see.

The network shares unclassified information only. Before a report is published its words are
read here, and the author is shown what stands in the way and what to do about it.
"""
