"""One configuration key: what Kafka calls it, what it may hold, what it does here. And the reader of tables of keys.

Values are parsed and refused as Kafka's ConfigDef does, in its words: those texts reach clients through CreateTopics.
Four hundred keys are read at every start, so nothing is compiled or checked before somebody sets a value.
"""

from __future__ import annotations

import re
from typing import Any

HONOURED = "honoured"
"""It does what its doc says."""
LATER = "later"
"""Accepted, described, and without effect until the part it rules is built: said in the log when it is set."""
HARMLESS = "harmless"
"""It means nothing here and nobody loses anything by that: said in the log when it is set."""
REFUSED = "refused"
"""Whoever sets it relies on something that is not here: any value that would change something is an error."""

TYPE_IDS = {
    "BOOLEAN": 1,
    "STRING": 2,
    "INT": 3,
    "SHORT": 4,
    "LONG": 5,
    "DOUBLE": 6,
    "LIST": 7,
    "CLASS": 8,
    "PASSWORD": 9,
}
"""DescribeConfigs' ConfigType."""

_BITS = {"SHORT": 16, "INT": 32, "LONG": 64}
_DECIMAL = r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[fFdD]?"
_REPLICAS = "[partitionId]:[brokerId],[partitionId]:[brokerId],..."
_ANY_CASE = "(case insensitive) "


class ConfigError(Exception):
    """A configuration that cannot be used: a line for each fault, for whoever wrote it. `key` is the first fault's."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class Key:
    """One row of a table.

    default, kafka_default: text in Kafka's spelling, None where there is no value.
    update: of a broker key, whether and how far a running Kafka changes it: read-only, per-broker, cluster-wide.
    synonyms: the broker keys that can say the same, the most specific first; a broker key is among its own.
    """

    __slots__ = (
        "_default_value",
        "default",
        "disposition",
        "doc",
        "kafka_default",
        "name",
        "section",
        "synonyms",
        "type",
        "update",
        "valid",
        "why_different",
    )

    def __init__(self, disposition: str, section: str, columns: list[str], *, of_topic: bool) -> None:
        self.disposition = disposition
        self.section = section
        self.name, self.type, default, self.valid, last = columns
        self.default = None if default == "null" else "" if default == '""' else default
        self.kafka_default = self.default
        self.why_different = ""
        self.doc = ""
        self.update = "" if of_topic else last
        self.synonyms: tuple[str, ...] = (self.name,)
        if of_topic:
            self.synonyms = tuple(last.split(" ")) if last != "-" else ()
        self._default_value: Any = _UNKNOWN

    def describe(self, line: str) -> None:
        """Take a line of the doc, or the one that tells Kafka's default."""
        if line.startswith("Kafka: "):
            self.kafka_default, _, self.why_different = line[7:].partition(" - ")
        else:
            self.doc = f"{self.doc} {line}" if self.doc else line

    @property
    def default_value(self) -> Any:
        if self._default_value is _UNKNOWN:
            self._default_value = None if self.default is None else self._convert(self.default)
        return self._default_value

    @property
    def documentation(self) -> str:
        """What DescribeConfigs says of the key."""
        if self.disposition == HONOURED:
            return self.doc
        return f"{self.doc} {self.section}".lstrip()

    @property
    def read_only(self) -> bool:
        return self.update == "read-only"

    @property
    def sensitive(self) -> bool:
        return self.type == "PASSWORD"

    @property
    def type_id(self) -> int:
        return TYPE_IDS[self.type]

    def parse(self, text: str) -> Any:
        """Return the value that `text` stands for: bool, int, float, str or list of str. Raises ConfigError."""
        value = self._convert(text.strip())
        self.check(value)
        return value

    def accept(self, text: str) -> Any:
        """Parse, and raise ConfigError also for a value that promises what is not here."""
        value = self.parse(text)
        if self.disposition == REFUSED and value not in (self.default_value, "", []):
            raise self.invalid(text, self.section)
        return value

    def text(self, value: Any) -> str | None:
        """Return a parsed value in Kafka's spelling."""
        if value is None:
            return None
        if self.type == "LIST":
            return ",".join(value)
        if self.type == "BOOLEAN":
            return "true" if value else "false"
        if self.type == "DOUBLE":
            return java_double(value)
        return str(value)

    def invalid(self, text: str | None, reason: str) -> ConfigError:
        shown = "[hidden]" if self.sensitive else text
        return ConfigError(f"Invalid value {shown} for configuration {self.name}: {reason}", self.name)

    def _convert(self, text: str) -> Any:
        if self.type == "LIST":
            return self._convert_list(text)
        if self.type == "BOOLEAN":
            return self._convert_boolean(text)
        if self.type == "DOUBLE":
            return self._convert_double(text)
        if self.type in _BITS:
            return self._convert_integer(text)
        return text

    def _convert_boolean(self, text: str) -> bool:
        if text.lower() not in ("true", "false"):
            raise self.invalid(text, "Expected value to be either true or false")
        return text.lower() == "true"

    def _convert_integer(self, text: str) -> int:
        if text.isascii() and text.removeprefix("-" if text.startswith("-") else "+").isdigit():
            value = int(text)
            limit = 1 << (_BITS[self.type] - 1)
            if -limit <= value < limit:
                return value
        raise self.invalid(text, f"Not a number of type {self.type}")

    def _convert_double(self, text: str) -> float:
        match = re.fullmatch(_DECIMAL, text)
        if match is None:
            raise self.invalid(text, "Not a number of type DOUBLE")
        return float(match[1])

    def _convert_list(self, text: str) -> list[str]:
        items = [item.strip() for item in text.split(",")] if text else []
        if "" in items:
            raise ConfigError(f"Configuration '{self.name}' values must not be empty.", self.name)
        return list(dict.fromkeys(items))

    def check(self, value: Any) -> None:
        """Raise ConfigError when the value is none of those that `valid` describes."""
        if self.valid == "-":
            return
        if self.valid.startswith("non-empty"):
            self._check_not_empty(value)
        elif self.valid == _REPLICAS:
            self._check_replicas(value)
        elif ",...]" in self.valid or ",...," in self.valid:
            self._check_range(value)
        else:
            self._check_choice(value)

    def _check_not_empty(self, value: Any) -> None:
        if value:
            return
        if self.type == "LIST":
            raise ConfigError(
                f"Configuration '{self.name}' must not be empty. Valid values include: any non-empty value", self.name
            )
        raise self.invalid(value, "String must be non-empty")

    def _check_range(self, value: float) -> None:
        """`[low,...]`, `[low,...,high]`, or one of these and `or other`."""
        bounds, _, other = self.valid.partition(" or ")
        low, _, high = bounds.strip("[]").replace(",...", "", 1).partition(",")
        if other:
            if value != int(other) and not int(low) <= value <= int(high):
                raise self.invalid(self.text(value), f"Value must be between {low} and {high} or equal to {other}")
        elif value < int(low):
            raise self.invalid(self.text(value), f"Value must be at least {low}")
        elif high and value > int(high):
            raise self.invalid(self.text(value), f"Value must be no more than {high}")

    def _check_choice(self, value: str | list[str]) -> None:
        """`[one, two]`, perhaps in any case."""
        any_case = self.valid.startswith(_ANY_CASE)
        allowed = self.valid.removeprefix(_ANY_CASE).strip("[]")
        for item in value if isinstance(value, list) else [value]:
            if (item.upper() if any_case else item) not in allowed.split(", "):
                raise self.invalid(item, f"String must be one of{' (case insensitive)' * any_case}: {allowed}")

    def _check_replicas(self, value: list[str]) -> None:
        if value == ["*"] or all(re.fullmatch("[0-9]+:[0-9]+", item) for item in value):
            return
        raise self.invalid(
            f"[{', '.join(value)}]",
            f"{self.name} must be the literal '*' or a list of replicas in the following format: {_REPLICAS}",
        )


_UNKNOWN = object()


def java_double(value: float) -> str:
    """Spell a double as Java's Double.toString does: digits from a thousandth to ten million, else an exponent."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) + len(digits) - len(fraction) - 1
    digits = digits.rstrip("0")
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{power}"


def read_table(rows: str, *, of_topic: bool = False) -> dict[str, Key]:
    """Read rows of keys.

        == <disposition>: <title, or for all but `honoured` why these keys have no effect>
        <name>  <TYPE>  <default>  <valid values, or ->  <update mode; of a topic key the broker keys it falls back on>
            <doc, on as many lines as it takes>
            Kafka: <Kafka's default> - <why ours is another>

    Columns stand two or more spaces apart; `null` is no default, `""` an empty one.
    """
    keys: dict[str, Key] = {}
    key: Key | None = None
    disposition = section = ""
    for line in rows.splitlines():
        if line.startswith("== "):
            disposition, _, section = line[3:].partition(": ")
        elif line.startswith("    "):
            assert key is not None, "a doc stands under its key"
            key.describe(line[4:])
        elif line:
            columns = [column.strip() for column in line.split("  ") if column]
            key = Key(disposition, section, columns, of_topic=of_topic)
            keys[key.name] = key
    return keys
