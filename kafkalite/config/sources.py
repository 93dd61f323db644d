"""Where settings come from: a properties file as Java reads it, KAFKA_ variables as in Docker images, KEY=VALUE."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kafkalite.config.key import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "KAFKA_"

OF_KAFKAS_SCRIPTS = frozenset(
    {
        "KAFKA_CLUSTER_ID",
        "KAFKA_DEBUG",
        "KAFKA_GC_LOG_OPTS",
        "KAFKA_HEAP_OPTS",
        "KAFKA_HOME",
        "KAFKA_JMX_HOSTNAME",
        "KAFKA_JMX_OPTS",
        "KAFKA_JMX_PORT",
        "KAFKA_JVM_PERFORMANCE_OPTS",
        "KAFKA_LOG4J_CMD_OPTS",
        "KAFKA_LOG4J_LOGGERS",
        "KAFKA_LOG4J_OPTS",
        "KAFKA_LOG4J_ROOT_LOGLEVEL",
        "KAFKA_MODE",
        "KAFKA_OPTS",
        "KAFKA_TOOLS_LOG4J_LOGLEVEL",
        "KAFKA_USER",
        "KAFKA_VERSION",
    }
)
"""KAFKA_ variables that are no settings: Kafka's scripts and images steer the Java machine with them."""

_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPE = r"\\(u[0-9a-fA-F]{4}|.)"
_ENTRY = r"(?P<key>(?:\\.|[^\\=: \t\f])*)[ \t\f]*[=:]?[ \t\f]*(?P<value>.*)"
_UNDERSCORES = "_{1,3}"
_STANDS_FOR = {"_": ".", "__": "_", "___": "-"}


class Given(NamedTuple):
    """One setting as somebody wrote it, and where."""

    name: str
    text: str
    where: str


def from_file(path: Path) -> list[Given]:
    """Read a properties file. Raises ConfigError when there is none to read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # what Java takes every properties file for
    return [Given(key, value, f"{path.name} line {line}") for line, key, value in parse_properties(text)]


def parse_properties(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line number, key, value) by the rules of java.util.Properties: comments, continued lines, escapes."""
    lines = enumerate(re.split("\r\n|\r|\n", text), 1)
    for number, line in lines:
        logical = line.lstrip(" \t\f")
        if not logical or logical[0] in "#!":
            continue
        while _continues(logical):
            logical = logical[:-1] + next(lines, (0, ""))[1].lstrip(" \t\f")
        match = re.fullmatch(_ENTRY, logical, re.DOTALL)
        assert match is not None, "every text is a key and the rest"
        yield number, _unescape(match["key"]), _unescape(match["value"])


def from_environment(environ: Mapping[str, str]) -> list[Given]:
    """Return what the KAFKA_ variables say: `_` stands for a dot, `__` for an underscore, `___` for a dash."""
    return [
        Given(variable_to_key(variable), environ[variable], f"environment variable {variable}")
        for variable in sorted(environ)
        if variable.startswith(PREFIX) and variable not in OF_KAFKAS_SCRIPTS
    ]


def from_overrides(overrides: Sequence[str | tuple[str, str]]) -> list[Given]:
    """Return what KEY=VALUE texts say, then the (key, value) pairs of flags with names of their own, the stronger."""
    pairs = [Given(*override, "command line") for override in overrides if not isinstance(override, str)]
    return [_from_text(override) for override in overrides if isinstance(override, str)] + pairs


def variable_to_key(variable: str) -> str:
    return re.sub(_UNDERSCORES, lambda match: _STANDS_FOR[match[0]], variable.removeprefix(PREFIX).lower())


def key_to_variable(key: str) -> str:
    return PREFIX + key.replace("_", "__").replace(".", "_").replace("-", "___").upper()


def _from_text(override: str) -> Given:
    key, equals, value = override.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--override wants KEY=VALUE, not {override!r}")
    return Given(key.strip(), value, "--override")


def _continues(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) == 5:
            return chr(int(escape[1:], 16))
        return _ESCAPES.get(escape, escape)

    return re.sub(_ESCAPE, plain, text, flags=re.DOTALL).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
