"""The shape of what a council writes. Rules about content live with the models and actions."""

from osac_share.reports.forms.drafting import DraftForm, form_for, form_of
from osac_share.reports.forms.fields import LONGEST_SECTION, MOST_TOPICS, as_list, lines_of
from osac_share.reports.forms.merging import Difference, differences, settled
from osac_share.reports.forms.words import answers_of, packed, words_of

__all__ = [
    "LONGEST_SECTION",
    "MOST_TOPICS",
    "Difference",
    "DraftForm",
    "answers_of",
    "as_list",
    "differences",
    "form_for",
    "form_of",
    "lines_of",
    "packed",
    "settled",
    "words_of",
]
