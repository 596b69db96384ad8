"""The queue of what came from sources, and the sources themselves."""

from osac_share.relays.views import queue, sources
from osac_share.relays.views.blueprint import blueprint

__all__ = ["blueprint", "queue", "sources"]
