"""The shapes of what is asked of those who administer."""

from osac_share.admin.forms.proposals import RefusalForm
from osac_share.admin.forms.record import Sought

__all__ = ["RefusalForm", "Sought"]
