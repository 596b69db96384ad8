"""The blueprint that all views of administration belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__)
