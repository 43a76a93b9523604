"""Profiles of Hypothesis, and the house rule that a warning is an error."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.lib.evidence import Evidence

settings.register_profile(
    "default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("nightly", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser):
    parser.addoption("--evidence", type=Path, help="File that takes what tests of goals have shown.")


@pytest.fixture(scope="session")
def evidence(request):
    """Keeps what a test has shown of the goals R1–R20 and S1–S12."""
    return Evidence(request.config.getoption("--evidence"))
