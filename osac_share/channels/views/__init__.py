"""How people are reached: what they add, prove, try and end."""

from osac_share.channels.views import adding, keeping, worker
from osac_share.channels.views.blueprint import blueprint

__all__ = ["adding", "blueprint", "keeping", "worker"]
