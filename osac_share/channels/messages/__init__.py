"""What is said on channels, and the hands that carry it there."""

from osac_share.channels.messages.notices import Notice, code_notice, trial_notice
from osac_share.channels.messages.sending import Messenger

__all__ = ["Messenger", "Notice", "code_notice", "trial_notice"]
