"""The levels of our loggers, in Kafka's words."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from kafkalite.broker import log_levels

NAME = "kafkalite.broker.test_log_levels"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    logger = logging.getLogger(NAME)
    before = logging.getLogger().level
    yield
    logger.setLevel(logging.NOTSET)
    logging.getLogger().setLevel(before)


def test_only_the_root_and_our_loggers_are_listed() -> None:
    logging.getLogger("somebody.else")
    names = log_levels.levels().keys()
    assert {"root", NAME} <= names
    assert "somebody.else" not in names


@pytest.mark.parametrize(("level", "number"), log_levels.LEVELS.items())
def test_every_level_can_be_set_and_is_found_again(level: str, number: int) -> None:
    log_levels.set_level(NAME, level)
    assert logging.getLogger(NAME).level == number
    assert log_levels.levels()[NAME] == level


def test_a_logger_without_level_follows_the_one_above() -> None:
    log_levels.set_level("root", "ERROR")
    log_levels.set_level(NAME, "DEBUG")
    log_levels.set_level(NAME, None)
    assert log_levels.levels()[NAME] == log_levels.levels()["root"] == "ERROR"


def test_a_level_between_two_of_kafkas_is_the_lower_one() -> None:
    logging.getLogger(NAME).setLevel(35)
    assert log_levels.levels()[NAME] == "WARN"
    logging.getLogger(NAME).setLevel(3)
    assert log_levels.levels()[NAME] == "TRACE"
