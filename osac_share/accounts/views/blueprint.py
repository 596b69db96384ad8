"""The blueprint that all views of accounts belong to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
