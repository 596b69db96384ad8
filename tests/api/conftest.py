"""What tests of the API share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def program(app: Flask) -> Client:
    """Return a program before the whole application."""
    return Client(app)
