"""What STIX 2.1 demands, in the eyes of the validator of its committee and of its library."""

from __future__ import annotations

import json
from typing import Any

import stix2
from stix2validator import ValidationOptions, validate_instance

OURS = ["uuid-check", "extref-hashes"]
"""Recommendations that do not fit: ids of what never changes are made of its name (UUIDv5), so that
they are the same in each installation's life; and a page that is linked to is not a file."""


def faults(made: dict[str, Any]) -> list[str]:
    """Return what the validator has to say against an object; the library raises what it has."""
    options = ValidationOptions(version="2.1", strict=True, disabled=",".join(OURS))
    judged = validate_instance(made, options)
    stix2.parse(json.dumps(made), allow_custom=False)
    return [str(one) for one in [*judged.errors, *judged.warnings]]
