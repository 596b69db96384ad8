"""The blueprint that all views of reports belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reports", __name__)
