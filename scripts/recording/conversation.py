"""One connection between a client and a Kafka: frames go in, lines come out. Pure; time is the caller's.

Nothing raises: a frame that cannot be decoded becomes a line with its bytes and the reason, and is passed on unchanged.
The only frames that are changed are answers that tell the addresses of brokers, so that the client stays in view.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kafkalite.wire import messages
from kafkalite.wire.codec import Message, decode, encode
from kafkalite.wire.header import FIXED_SIZE, read_client_id, read_request_header, response_header
from scripts.recording.batches import Plain
from scripts.recording.plain import to_plain

Line = dict[str, Plain]
Address = tuple[str, int]

API_VERSIONS, SASL_HANDSHAKE, PRODUCE = 18, 17, 0
UNSUPPORTED_VERSION = 35

ADDRESSES = {
    "Produce": "node_endpoints",
    "Fetch": "node_endpoints",
    "Metadata": "brokers",
    "FindCoordinator": "coordinators",
    "DescribeCluster": "brokers",
    "ShareFetch": "node_endpoints",
    "ShareAcknowledge": "node_endpoints",
}
"""API -> the array in its answer that says where brokers are."""


HIDDEN = {"reason": "a token of SASL: not shown"}


class Api(NamedTuple):
    name: str
    request: type[Message]
    response: type[Message]

    def is_flexible(self, version: int) -> bool:
        return self.request.FLEXIBLE is not None and version >= self.request.FLEXIBLE


class Asked(NamedTuple):
    """A request that has no answer yet."""

    api: Api
    version: int


class Undecodable(Exception):
    """The text is the reason."""


@functools.cache
def apis() -> dict[int, Api]:
    """Every API that Kafka has, whether or not the broker answers it."""
    found = {}
    for module_info in pkgutil.iter_modules(messages.__path__):
        module = importlib.import_module(f"{messages.__name__}.{module_info.name}")
        for name, request in vars(module).items():
            if name.endswith("Request") and request.API_KEY >= 0:
                name = name.removesuffix("Request")
                found[request.API_KEY] = Api(name, request, getattr(module, f"{name}Response"))
    return found


class Conversation:
    """What both sides of one connection said, and which answers are still due."""

    def __init__(self, place: Callable[[Address], Address], *, whole: bool = False) -> None:
        """place: where the client finds a broker instead; `whole`: nothing is shortened or hidden."""
        self._place = place
        self._whole = whole
        self._asked: dict[int, Asked] = {}
        self._is_opaque = False  # after SaslHandshake v0 tokens go to and fro in frames without headers

    def request(self, frame: bytes) -> Line:
        """The line for a request."""
        line: Line = {"from": "client"}
        if self._is_opaque:
            return line | HIDDEN
        try:
            return line | self._request(frame, line)
        except Exception as error:  # whatever it is: the conversation goes on
            return line | undecoded(frame, reason_of(error))

    def _request(self, frame: bytes, line: Line) -> Line:
        key, version, correlation_id = read_request_header(frame, 0, len(frame))
        line |= {"api": key, "version": version, "id": correlation_id}
        api = apis().get(key)
        if api is None:
            raise Undecodable(f"Kafka 4.4 has no API with key {key}")
        line["api"] = api.name
        self._asked[correlation_id] = Asked(api, version)
        if key == SASL_HANDSHAKE and version == 0:
            self._is_opaque = True
        check_version(api.request, version)
        client_id, position = read_client_id(frame, FIXED_SIZE, len(frame), api.is_flexible(version))
        line["client_id"] = client_id
        request: Any
        request, position = decode(api.request, version, frame, position)
        if key == PRODUCE and request.acks == 0:
            del self._asked[correlation_id]
        return fields(request, version, frame, position, self._whole)

    def answer(self, frame: bytes) -> tuple[Line, bytes]:
        """The line for an answer, and the frame that the client shall get."""
        line: Line = {"from": "broker"}
        if self._is_opaque and not self._asked:
            return line | HIDDEN, frame
        try:
            return self._answer(frame, line)
        except Exception as error:
            return line | undecoded(frame, reason_of(error)), frame

    def _answer(self, frame: bytes, line: Line) -> tuple[Line, bytes]:
        if len(frame) < 4:
            raise Undecodable("an answer is shorter than its header")
        (correlation_id,) = struct.unpack_from(">i", frame)
        asked = self._asked.pop(correlation_id, None)
        if asked is None:
            raise Undecodable("no request that could be read has this correlation id")
        api, version = asked
        line |= {"api": api.name, "version": version, "id": correlation_id}
        position, flexible = 4, api.is_flexible(version)
        if api.request.API_KEY == API_VERSIONS:
            flexible = False
            if frame[4:6] == struct.pack(">h", UNSUPPORTED_VERSION):
                line["version"] = version = 0  # so that a client of any age can read it
        check_version(api.response, version)
        if flexible:
            if frame[position]:
                raise Undecodable("its header has tagged fields, which Kafka 4.4 does not define")
            position += 1
        response, position = decode(api.response, version, frame, position)
        line |= fields(response, version, frame, position, self._whole)
        if self._move(api.name, response):
            frame = response_header(correlation_id, flexible) + encode(response, version) + frame[position:]
        return line, frame

    def _move(self, api: str, response: Message) -> bool:
        """Put our addresses in the place of the brokers'; return whether there were any."""
        moved = False
        for broker in brokers_in(api, response):
            if broker.host and broker.port > 0:  # Kafka says "" and -1 for none
                broker.host, broker.port = self._place((broker.host, broker.port))
                moved = True
        return moved


def brokers_in(api: str, response: Any) -> Iterator[Any]:
    """The parts of an answer that have a broker's host and port."""
    if api in ADDRESSES:
        yield from getattr(response, ADDRESSES[api])
    if api == "FindCoordinator":
        yield response


def check_version(message: type[Message], version: int) -> None:
    first, last = message.VERSIONS
    if not first <= version <= last:
        raise Undecodable(f"{message.__name__} has versions {first}-{last} in Kafka 4.4")


def fields(message: Message, version: int, frame: bytes, position: int, whole: bool) -> Line:
    line: Line = {"fields": to_plain(message, version, whole=whole)}
    if position < len(frame):
        line |= undecoded(frame[position:], f"{len(frame) - position} bytes behind the message")
    return line


def undecoded(data: bytes, reason: str) -> Line:
    return {"reason": reason, "hex": data.hex()}


def reason_of(error: Exception) -> str:
    return str(error) if isinstance(error, Undecodable) else f"{type(error).__name__}: {error}"
