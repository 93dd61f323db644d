"""Random messages of every class, for the tests of the codec. Seeded: the same every time."""

from __future__ import annotations

import importlib
import os
import pkgutil
from random import Random
from typing import Any

import kafkalite.wire.messages
from kafkalite.wire.message import NEW, Field, Message

THOROUGH = bool(os.environ.get("KAFKALITE_THOROUGH"))
"""Set KAFKALITE_THOROUGH=1 for many more samples: minutes instead of seconds."""

INTEGERS = {"int8": (-(2**7), 2**7 - 1), "int16": (-(2**15), 2**15 - 1), "uint16": (0, 2**16 - 1)}
INTEGERS |= {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
STRINGS = ("", "a", "topic-1", "a\nb\0", "Größe, ключ, 鍵, 🚀", "x" * 126, "x" * 127, "y" * 128, "z" * 300)


def message_classes() -> dict[str, type[Message]]:
    """Every generated message class by name, without the nested ones."""
    classes: dict[str, type[Message]] = {}
    for module in pkgutil.iter_modules(kafkalite.wire.messages.__path__):
        names = vars(importlib.import_module(f"kafkalite.wire.messages.{module.name}"))
        classes |= {name: value for name, value in names.items() if _is_message_class(value)}
    return classes


def _is_message_class(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Message) and value is not Message


def versions(cls: type[Message]) -> range:
    return range(cls.VERSIONS[0], cls.VERSIONS[1] + 1)


def sample(cls: type[Message], version: int, random: Random, *, plain: bool = False) -> Any:
    """A message with random values in every field of the version, defaults in the others.

    `plain` stays within what kio's types can hold: error codes that it knows, times that fit a timedelta.
    """
    return _Sampler(cls, version, random, plain).struct(cls)


class _Sampler:
    def __init__(self, top: type[Message], version: int, random: Random, plain: bool) -> None:
        self.top = top
        self.version = version
        self.random = random
        self.plain = plain

    def struct(self, cls: type[Message]) -> Message:
        values = {field[0]: self.field(field) for field in cls.FIELDS if field[2][0] <= self.version <= field[2][1]}
        return cls(**{name: value for name, value in values.items() if value is not NEW})

    def field(self, field: Field) -> Any:
        name, type_name, _, nullable, default, tag = field
        if tag is not None and self.random.random() < 0.4:
            return default
        if nullable is not None and nullable[0] <= self.version <= nullable[1] and self.random.random() < 0.25:
            return None
        if type_name.startswith("[]"):
            size = self.random.choice((0, 1, 1, 2, 3))
            if type_name[2:] in INTEGERS and self.random.random() < 0.05:
                size = 130
            return [self.value(type_name[2:], name) for _ in range(size)]
        value = self.value(type_name, name)
        if tag is not None and default is None and isinstance(value, Message) and value == type(value)():
            return None  # a tagged struct with nothing but defaults is not sent
        return value

    def value(self, type_name: str, name: str) -> Any:
        random = self.random
        if type_name in INTEGERS:
            return self.integer(*INTEGERS[type_name], name)
        if type_name == "bool":
            return random.random() < 0.5
        if type_name == "float64":
            return random.choice((0.0, -1.5, 1e300, random.random()))
        if type_name in ("string", "plain_string"):
            return random.choice(STRINGS)
        if type_name == "uuid":
            return random.choice((bytes(16), random.randbytes(16)))
        if type_name in ("bytes", "records"):
            return random.randbytes(random.choice((0, 1, 20, 126, 127, 200)))
        return self.struct(getattr(self.top, type_name))

    def integer(self, low: int, high: int, name: str) -> int:
        random = self.random
        if self.plain and name.endswith("error_code"):
            return random.randrange(-1, 134)
        if self.plain and name.endswith("_ms"):
            return random.randrange(0, 2**31)
        return random.choice((low, high, 0, 1, 127, random.randint(low, high)))
