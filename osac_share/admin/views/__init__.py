"""What the program's staff and those in office do together."""

from osac_share.admin.views import desk, held, proposals, record, refusals
from osac_share.admin.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "held", "proposals", "record", "refusals"]
