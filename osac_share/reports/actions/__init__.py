"""What can be done with reports: one function per use case. None of them commits."""

from osac_share.reports.actions.attaching import attach, clear_away, detach
from osac_share.reports.actions.publishing import (
    digest_of,
    expire,
    hold_back,
    issue,
    publish,
    publish_urgently,
    put_back,
    release,
    withdraw,
)
from osac_share.reports.actions.reading_files import read_files
from osac_share.reports.actions.recording import note_reading
from osac_share.reports.actions.review import (
    approve,
    look_again,
    recall,
    reject,
    send_back,
    submit,
)
from osac_share.reports.actions.setting_aside import note_held, quarantine
from osac_share.reports.actions.writing import begin, begin_update, discard, revise

__all__ = [
    "approve",
    "attach",
    "begin",
    "begin_update",
    "clear_away",
    "detach",
    "digest_of",
    "discard",
    "expire",
    "hold_back",
    "issue",
    "look_again",
    "note_held",
    "note_reading",
    "publish",
    "publish_urgently",
    "put_back",
    "quarantine",
    "read_files",
    "recall",
    "reject",
    "release",
    "revise",
    "send_back",
    "submit",
    "withdraw",
]
