"""Tests that go through every case, such as every bit of a file: a part of them in each run, all of them on request."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-case", action="store_true", help="tests marked every_case leave no case out (minutes)")


@pytest.fixture
def every_case(request: pytest.FixtureRequest) -> bool:
    """Whether a test marked `every_case` shall leave no case out."""
    return bool(request.config.getoption("--every-case"))
