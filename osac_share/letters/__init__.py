"""Letters about accounts and standing: to one person, about what concerns them alone.

What subscribers read goes another way (`delivery`). A letter is written in the transaction of
the act that it tells of; the worker sends it. A link in one works once, and for a time.
"""
