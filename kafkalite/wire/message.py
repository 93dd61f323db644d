"""What every generated message is: a plain class with slots, a schema, equality and a text form.

The classes under wire/messages are made from protocol/messages; the codec makes encoders and decoders from FIELDS.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from typing import Any, ClassVar, Final, Protocol

Versions = tuple[int, int]
"""First and last version, both included."""

Field = tuple[str, str, Versions, Versions | None, object, int | None]
"""A row of a schema: name, type, versions, nullable versions, default (NEW: a fresh list or struct), tag."""

Uuid = bytes
"""Sixteen bytes as they stand on the wire."""

ZERO_UUID: Final = bytes(16)

_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_NOT_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
"""Kafka's "no id"."""


class _New:
    __slots__ = ()

    def __repr__(self) -> str:
        return "NEW"


NEW: Final[Any] = _New()
"""The default of a list or struct argument: every message gets its own."""

LONGEST_SHOWN_BYTES = 64
"""Longer bytes show only their length in a message's text: records would fill the log."""


class ProtocolError(Exception):
    """The peer broke the wire. There is no answer to that: the connection ends."""


class SizedPart(Protocol):
    """Records that are not bytes in memory, such as a span of a file: passed through the encoder as they are."""

    def __len__(self) -> int: ...


Records = bytes | bytearray | memoryview | SizedPart
"""Record batches: a memoryview of the input when decoded, anything with a length when encoded."""

Part = bytes | bytearray | memoryview | SizedPart
"""A piece of an encoded message."""


class Message:
    """A decoded protocol unit or a part of one. Equal if of one class with equal fields; not hashable."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    API_KEY: ClassVar[int] = -1
    RECORD_TYPE: ClassVar[int] = -1
    VERSIONS: ClassVar[Versions] = (0, -1)
    FLEXIBLE: ClassVar[int | None] = None
    FIELDS: ClassVar[tuple[Field, ...]] = ()
    SECRETS: ClassVar[tuple[str, ...]] = ()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, field[0]) == getattr(other, field[0]) for field in self.FIELDS)

    def __repr__(self) -> str:
        shown = (f"{field[0]}={self._show(field[0])}" for field in self.FIELDS)
        return f"{type(self).__name__}({', '.join(shown)})"

    def _show(self, name: str) -> str:
        value = getattr(self, name)
        if name in self.SECRETS and value:
            return "<secret>"
        if isinstance(value, bytes | bytearray | memoryview):
            return repr(bytes(value)) if len(value) <= LONGEST_SHOWN_BYTES else f"<{len(value)} bytes>"
        return repr(value)


def uuid_to_text(uuid: Uuid) -> str:
    """Kafka's text of an id: URL-safe base64 without padding, 22 characters."""
    return b2a_base64(uuid)[:22].translate(_URL_SAFE).decode()


def uuid_from_text(text: str) -> Uuid:
    """The id behind Kafka's text of it. ValueError if the text is none."""
    try:
        uuid = a2b_base64(text.encode("ascii").translate(_NOT_URL_SAFE) + b"==")
    except ValueError:
        uuid = b""
    if len(uuid) != 16 or uuid_to_text(uuid) != text:
        raise ValueError(f"{text!r} is not the text of an id")
    return uuid
