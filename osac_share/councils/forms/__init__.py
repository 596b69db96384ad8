"""What is asked about councils, their people and their contacts."""

from osac_share.councils.forms.contacts import OfficeForm, PostForm
from osac_share.councils.forms.people import AddForm, AnswerForm, AskForm, JoiningForm, SeatForm
from osac_share.councils.forms.running import CouncilForm, TermForm

__all__ = [
    "AddForm",
    "AnswerForm",
    "AskForm",
    "CouncilForm",
    "JoiningForm",
    "OfficeForm",
    "PostForm",
    "SeatForm",
    "TermForm",
]
