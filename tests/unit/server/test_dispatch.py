"""The conversation: order, waiting, refusals. Handlers are small fakes; the frames are real."""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable
from typing import Any, cast

import pytest
import trio.testing

from kafkalite.apis.context import CloseConnection, Context
from kafkalite.apis.table import Api, Route, Shortcut
from kafkalite.broker.broker import Broker
from kafkalite.broker.session import Session
from kafkalite.broker.waiting import Waiting
from kafkalite.server import dispatch
from kafkalite.server.dispatch import Conversation
from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.message import Message
from kafkalite.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkalite.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse

HEARTBEAT, API_VERSIONS = 12, 18


class FakeConfig:
    def int(self, key: str) -> int:
        return {"socket.request.max.bytes": 1 << 20}[key]


class FakeBroker:
    config = FakeConfig()


def frame(key: int, version: int, correlation: int, body: bytes, *, flexible: bool) -> bytes:
    header = struct.pack(">hhih", key, version, correlation, 4) + b"test" + (b"\0" if flexible else b"")
    return struct.pack(">i", len(header + body)) + header + body


def heartbeat(correlation: int, group: str = "g", version: int = 4) -> bytes:
    return frame(
        HEARTBEAT, version, correlation, encode(HeartbeatRequest(group_id=group), version), flexible=version >= 4
    )


class Talk:
    """One conversation whose Heartbeat handler is `handle`, perhaps with a shortcut."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        handle: Callable[[Any, Context], Any],
        shortcut: Shortcut | None = None,
    ) -> None:
        def route(key: int, version: int) -> Route | None:
            if key != HEARTBEAT or version > 4:
                return None
            found = object.__new__(Route)
            real = Route(Api(HEARTBEAT, "Heartbeat", (0, 4)), version)
            for name in Route.__slots__:
                setattr(found, name, getattr(real, name))
            found.handle = handle
            found.shortcut = shortcut
            return found

        monkeypatch.setattr(dispatch, "route", route)
        session = Session(listener="PLAINTEXT", local=("127.0.0.1", 9092), peer=("127.0.0.1", 1))
        self.conversation = Conversation(cast(Broker, FakeBroker()), session)

    def say(self, data: bytes) -> int:
        return self.conversation.process(memoryview(bytearray(data)), 0, len(data))

    def heard(self) -> list[tuple[int, bytes]]:
        """Take the output: (correlation id, the rest of the answer) of each frame."""
        data = b"".join(cast(list[bytes], self.conversation.output))
        assert len(data) == self.conversation.unsent
        self.conversation.output, self.conversation.unsent = [], 0
        answers = []
        while data:
            size, correlation = struct.unpack_from(">ii", data)
            answers.append((correlation, data[8 : 4 + size]))
            data = data[4 + size :]
        return answers


def ok(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
    return HeartbeatResponse(error_code=int(message.group_id == "bad"))


def test_all_complete_frames_are_answered_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(monkeypatch, ok)
    stream = b"".join(heartbeat(number) for number in range(5))
    assert talk.say(stream + b"\0\0") == len(stream)
    assert [correlation for correlation, _ in talk.heard()] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("version", [0, 3, 4])
def test_the_answer_has_the_header_of_its_version(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    talk = Talk(monkeypatch, ok)
    talk.say(heartbeat(7, "bad", version))
    [(correlation, rest)] = talk.heard()
    assert correlation == 7
    body = rest[1:] if version >= 4 else rest
    assert decode(HeartbeatResponse, version, body)[0].error_code == 1


def test_an_incomplete_frame_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(monkeypatch, ok)
    data = heartbeat(1)
    for cut in range(len(data)):
        assert talk.say(data[:cut]) == 0
    missing = talk.conversation.missing(memoryview(data[:-3]), 0, len(data) - 3)
    assert missing == 3


@pytest.mark.parametrize(("answer", "heard"), [(b"body", [(7, b"\0body")]), (b"", [])])
def test_a_shortcut_answers_from_the_bytes(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, heard: list[tuple[int, bytes]]
) -> None:
    def never(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
        raise AssertionError("it is answered")

    def shortcut(broker: Broker, view: memoryview, position: int, end: int) -> object:
        assert bytes(view[position : position + 6]) == b"\0\4test"
        assert end == len(view)
        return answer

    talk = Talk(monkeypatch, never, shortcut)
    data = heartbeat(7)
    assert talk.say(data) == len(data)
    assert talk.heard() == heard


@pytest.mark.parametrize("done", [None, KafkaError(ErrorCode.CORRUPT_MESSAGE)])
def test_what_a_shortcut_leaves_is_handled(monkeypatch: pytest.MonkeyPatch, done: object) -> None:
    def handle(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
        assert message.group_id == "g"
        assert context.client_id == "test"
        assert context.done is done
        return HeartbeatResponse(error_code=5)

    talk = Talk(monkeypatch, handle, lambda broker, view, position, end: done)
    talk.say(heartbeat(7))
    [(_, body)] = talk.heard()
    assert decode(HeartbeatResponse, 4, body[1:])[0].error_code == 5


async def test_a_request_that_waits_holds_back_those_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    slots: list[Waiting] = []

    def wait_for_first(message: HeartbeatRequest, context: Context) -> Message | Waiting:
        if message.group_id != "slow":
            return HeartbeatResponse()
        slots.append(Waiting())
        return slots[-1]

    talk = Talk(monkeypatch, wait_for_first)
    stream = heartbeat(1) + heartbeat(2, "slow") + heartbeat(3)
    handled = talk.say(stream)
    assert handled == len(heartbeat(1) + heartbeat(2, "slow"))
    assert talk.conversation.pending is slots[0]
    assert [correlation for correlation, _ in talk.heard()] == [1]
    assert talk.say(stream[handled:]) == 0
    slots[0].resolve(HeartbeatResponse())
    await talk.conversation.finish()
    talk.say(stream[handled:])
    assert [correlation for correlation, _ in talk.heard()] == [2, 3]


async def test_a_coroutine_is_a_request_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def later(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
        await trio.lowlevel.checkpoint()
        return HeartbeatResponse(error_code=25)

    talk = Talk(monkeypatch, later)
    talk.say(heartbeat(1, version=0))
    assert talk.conversation.pending is not None
    await talk.conversation.finish()
    assert talk.conversation.pending is None
    assert [answer[-2:] for _, answer in talk.heard()] == [b"\0\x19"]


def test_a_handler_without_an_answer_sends_none(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk(monkeypatch, lambda message, context: None)
    assert talk.say(heartbeat(1)) > 0
    assert talk.heard() == []


def test_output_is_bounded_before_more_frames_are_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MAX_UNSENT_BYTES", 30)
    talk = Talk(monkeypatch, ok)
    handled = talk.say(heartbeat(1) * 10)
    assert 0 < handled < 10 * len(heartbeat(1))


def test_our_bug_is_logged_and_answered(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
        raise ZeroDivisionError

    talk = Talk(monkeypatch, broken)
    with caplog.at_level(logging.ERROR):
        talk.say(heartbeat(1, version=0))
    assert [answer[-2:] for _, answer in talk.heard()] == [b"\xff\xff"]
    assert "BUG: Heartbeat (12) v0 from 127.0.0.1:1" in caplog.text


def test_a_shortcuts_bug_is_answered_as_a_handlers(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(broker: Broker, view: memoryview, position: int, end: int) -> object:
        raise ZeroDivisionError

    def never(message: HeartbeatRequest, context: Context) -> HeartbeatResponse:
        raise AssertionError("half of it may be done")

    talk = Talk(monkeypatch, never, broken)
    with caplog.at_level(logging.ERROR):
        talk.say(heartbeat(1) + heartbeat(2))
    assert [decode(HeartbeatResponse, 4, body[1:])[0].error_code for _, body in talk.heard()] == [-1, -1]
    assert "BUG: Heartbeat (12) v4 from 127.0.0.1:1" in caplog.text


def test_a_handler_may_ask_to_close(monkeypatch: pytest.MonkeyPatch) -> None:
    def close(message: HeartbeatRequest, context: Context) -> None:
        raise CloseConnection("acks=0 failed")

    with pytest.raises(CloseConnection):
        Talk(monkeypatch, close).say(heartbeat(1))


@pytest.mark.parametrize(
    ("key", "version", "named"), [(4711, 0, "unknown API 4711"), (12, 9, "Heartbeat version 9"), (-1, 0, "-1")]
)
def test_what_we_do_not_know_closes(monkeypatch: pytest.MonkeyPatch, key: int, version: int, named: str) -> None:
    with pytest.raises(ProtocolError, match=named):
        Talk(monkeypatch, ok).say(frame(key, version, 1, b"", flexible=False))


def test_a_body_shorter_than_its_schema_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProtocolError):
        Talk(monkeypatch, ok).say(frame(HEARTBEAT, 4, 1, b"\5ab", flexible=True))


@pytest.mark.parametrize("version", [6, 99, -1])
def test_an_unknown_version_of_api_versions_is_answered_as_v0_with_error_35(
    monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    talk = Talk(monkeypatch, ok)
    body = encode(ApiVersionsRequest(client_software_name="x", client_software_version="1"), 3)
    talk.say(frame(API_VERSIONS, version, 5, body, flexible=True))
    [(correlation, rest)] = talk.heard()
    answer, position = decode(ApiVersionsResponse, 0, rest)
    assert (correlation, answer.error_code, position) == (5, 35, len(rest))
    assert [(one.api_key, one.min_version, one.max_version) for one in answer.api_keys] == [(18, 0, 5)]
    assert talk.say(heartbeat(6)) > 0


def test_an_unknown_version_of_api_versions_without_a_tag_byte_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProtocolError):
        Talk(monkeypatch, ok).say(frame(API_VERSIONS, 99, 5, b"", flexible=False))
