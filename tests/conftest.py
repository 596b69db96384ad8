"""What holds for every test of the project."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.support")

pytest_plugins = [
    "tests.support.application",
    "tests.support.browser",
    "tests.support.cast",
    "tests.support.clock",
    "tests.support.databases",
    "tests.support.governing",
    "tests.support.mailbox",
    "tests.support.pages",
    "tests.support.routing",
    "tests.support.world",
]

# A busy machine makes any single example slow; how long the whole suite takes is limited elsewhere.
settings.register_profile(
    "usual", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
settings.register_profile("fast", settings.get_profile("usual"), max_examples=15)
settings.register_profile("thorough", settings.get_profile("usual"), max_examples=300)
settings.load_profile("usual")
