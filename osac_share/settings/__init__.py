"""The settings: typed, frozen, read once at the start, and strict about every name."""

from osac_share.settings.identity import Sessions, Sso
from osac_share.settings.loading import OUTSIDE, load_settings, resource_dir, secret_file
from osac_share.settings.sections import IN_DATABASE, SECRET_LENGTH, Settings

__all__ = [
    "IN_DATABASE",
    "OUTSIDE",
    "SECRET_LENGTH",
    "Sessions",
    "Settings",
    "Sso",
    "load_settings",
    "resource_dir",
    "secret_file",
]
