"""Encode and decode messages. Encoders and decoders are made on first use per message class and version, and kept.

    request, position = decode(ProduceRequest, 9, data)
    data = encode(ProduceResponse(...), 9)

Versions are checked by whoever reads the header: a version the message does not have is a ValueError here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from kafkalite.wire import usual
from kafkalite.wire.decoder import Buffer, make_decoder
from kafkalite.wire.encoder import EncodeError, make_encoder
from kafkalite.wire.message import Message, Part, ProtocolError

__all__ = [
    "EncodeError",
    "Message",
    "Part",
    "ProtocolError",
    "decode",
    "decoder",
    "encode",
    "encode_parts",
    "encoder",
]

M = TypeVar("M", bound=Message)

_decoders: dict[tuple[type[Message], int], Callable[[Buffer, int, int], tuple[Any, int]]] = {}
_encoders: dict[tuple[type[Message], int], Callable[[Any, Callable[[Part], object]], None]] = {}


def decoder(cls: type[M], version: int) -> Callable[[Buffer, int, int], tuple[M, int]]:
    """The function (buffer, position, end) -> (message, position behind it). It raises only ProtocolError."""
    key = (cls, version)
    if key not in _decoders:
        _decoders[key] = make_decoder(cls, version)
    return _decoders[key]


def encoder(cls: type[M], version: int) -> Callable[[M, Callable[[Part], object]], None]:
    """The function (message, append): `append` gets the parts in order. It raises EncodeError."""
    key = (cls, version)
    if key not in _encoders:
        generated = make_encoder(cls, version)
        by_hand = usual.ENCODERS.get(cls.__name__)
        _encoders[key] = generated if by_hand is None else by_hand(cls, version, generated)
    return _encoders[key]


def decode(cls: type[M], version: int, data: Buffer, position: int = 0, end: int | None = None) -> tuple[M, int]:
    """The message that starts at `position`, and the position behind it; `end` is the end of its frame.

    Records are memoryviews of `data`, everything else is copied. Raises ProtocolError.
    """
    return decoder(cls, version)(data, position, len(data) if end is None else end)


def encode_parts(message: Message, version: int) -> list[Part]:
    """The message as pieces to send in order; records among them are the objects given. Raises EncodeError."""
    parts: list[Part] = []
    encoder(type(message), version)(message, parts.append)
    return parts


def encode(message: Message, version: int) -> bytes:
    """The message in one piece. Records must be bytes-like. Raises EncodeError."""
    parts: list[Any] = []
    encoder(type(message), version)(message, parts.append)
    return b"".join(parts)
