"""The blueprint that all views of CAP belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cap", __name__)
