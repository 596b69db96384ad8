"""The shapes of what applicants, points of contact and the staff type."""

from osac_share.membership.forms.applying import AnswerForm, ApplicationForm
from osac_share.membership.forms.organizations import (
    HandOverForm,
    InviteForm,
    InviteManyForm,
    ProfileForm,
    VerifyForm,
)
from osac_share.membership.forms.vetting import (
    AccountForm,
    ChecksForm,
    ClassificationForm,
    QuestionForm,
    ReasonForm,
)

__all__ = [
    "AccountForm",
    "AnswerForm",
    "ApplicationForm",
    "ChecksForm",
    "ClassificationForm",
    "HandOverForm",
    "InviteForm",
    "InviteManyForm",
    "ProfileForm",
    "QuestionForm",
    "ReasonForm",
    "VerifyForm",
]
