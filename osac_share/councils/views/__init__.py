"""Pages on which councils are run: by staff, and by their own chairs."""

from osac_share.councils.views import contacts, lists, people, running
from osac_share.councils.views.blueprint import blueprint

__all__ = ["blueprint", "contacts", "lists", "people", "running"]
