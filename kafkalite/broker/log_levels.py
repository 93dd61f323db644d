"""How much this process says in its log: the levels of our loggers, in Kafka's words.

Changes hold until the process ends, as Kafka's do.
"""

from __future__ import annotations

import logging
from typing import Final

ROOT: Final = "root"

LEVELS: Final = {"DEBUG": 10, "ERROR": 40, "FATAL": 50, "INFO": 20, "TRACE": 5, "WARN": 30}


def levels() -> dict[str, str]:
    """Return the effective level of the root logger and of each logger of ours."""
    found = {ROOT: _name(logging.getLogger().getEffectiveLevel())}
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.partition(".")[0] == "kafkalite":
            found[name] = _name(logger.getEffectiveLevel())
    return found


def set_level(logger: str, level: str | None) -> None:
    """Give a logger one of LEVELS; None: it follows the logger above it again."""
    logging.getLogger(None if logger == ROOT else logger).setLevel(LEVELS[level] if level else logging.NOTSET)


def _name(level: int) -> str:
    """Return the level in Kafka's words, which know no level between two of them."""
    for least, name in ((50, "FATAL"), (40, "ERROR"), (30, "WARN"), (20, "INFO"), (10, "DEBUG")):
        if level >= least:
            return name
    return "TRACE"
