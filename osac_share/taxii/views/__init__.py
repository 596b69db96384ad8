"""The server of TAXII 2.1."""

from osac_share.taxii.views import objects, resources
from osac_share.taxii.views.blueprint import blueprint

__all__ = ["blueprint", "objects", "resources"]
