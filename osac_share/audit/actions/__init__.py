"""Writing the record, and its copies outside the house."""

from osac_share.audit.actions.copying import Copying
from osac_share.audit.actions.recording import SYSTEM, record, record_once_an_hour

__all__ = ["SYSTEM", "Copying", "record", "record_once_an_hour"]
