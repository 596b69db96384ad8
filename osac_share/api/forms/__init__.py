"""What programs send, put into the forms that people fill in: the same rules hold for both."""

from osac_share.api.forms.drafting import changed_form, first_form
from osac_share.api.forms.filling import require_valid
from osac_share.api.forms.wishing import alert_form, wish_form

__all__ = ["alert_form", "changed_form", "first_form", "require_valid", "wish_form"]
