"""One client over a real socket: rounds, order, long answers, faults."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest
import trio
import trio.testing

from kafkalite.server import dispatch
from kafkalite.server.connection import DRAIN_SECONDS, Connection, Need
from kafkalite.server.listener import Listener
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.memory import MemoryStore
from kafkalite.storage.segment_store import SegmentStore
from kafkalite.wire.codec import decode
from kafkalite.wire.messages.api_versions import ApiVersionsRequest
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse
from kafkalite.wire.messages.metadata import MetadataRequest
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse
from tests.unit.core.log.batches import batch
from tests.unit.server.sockets import Answers, connect, frame, listening

pytestmark = pytest.mark.usefixtures("driver")

BIG = 64 << 20
METADATA = MetadataRequest(topics=[])


def produce(correlation: int, size: int = 100, acks: int = -1, topic: str = "t") -> bytes:
    data = ProduceRequest.PartitionProduceData(index=0, records=batch(value=bytes(size)))
    topic_data = ProduceRequest.TopicProduceData(name=topic, partition_data=[data])
    return frame(ProduceRequest(acks=acks, timeout_ms=1000, topic_data=[topic_data]), 9, correlation)


def fetch(correlation: int, offset: int = 0, max_wait_ms: int = 0) -> bytes:
    wanted = FetchRequest.FetchPartition(partition=0, fetch_offset=offset, partition_max_bytes=BIG)
    topic = FetchRequest.FetchTopic(topic="t", partitions=[wanted])
    asked = FetchRequest(max_bytes=BIG, min_bytes=1, max_wait_ms=max_wait_ms, topics=[topic])
    return frame(asked, 12, correlation)


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentStore:
    return MemoryStore() if request.param == "memory" else DiskStore(tmp_path)


async def test_pipelined_requests_are_answered_in_order() -> None:
    async with listening() as listener, await connect(listener) as stream:
        answers = Answers(stream)
        await stream.send_all(b"".join(frame(METADATA, 12, number) for number in range(200)))
        assert [(await answers.read())[0] for _ in range(200)] == list(range(200))


async def test_who_sends_many_requests_at_once_lets_others_go_on_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "REQUESTS_PER_TURN", 4)
    turns = []
    advance = Connection.advance

    def noted(self: Connection, now: float) -> Need:
        need = advance(self, now)
        turns.append((need, len(self.conversation.output)))
        return need

    async with listening() as listener, await connect(listener) as stream:
        answers = Answers(stream)
        await stream.send_all(frame(METADATA, 12, 0))
        await answers.read()
        monkeypatch.setattr(Connection, "advance", noted)
        await stream.send_all(b"".join(frame(METADATA, 12, number) for number in range(10)))
        assert [(await answers.read())[0] for _ in range(10)] == list(range(10))
        assert [need for need, count in turns if count] == [Need.TURN, Need.TURN, Need.BYTES], "four, four, two"


async def test_bytes_may_arrive_one_by_one() -> None:
    async with listening() as listener, await connect(listener) as stream:
        for byte in frame(METADATA, 12, 7):
            await stream.send_all(bytes([byte]))
        assert (await Answers(stream).read())[0] == 7


@pytest.mark.parametrize("size", [10, 70_000, 900_000])
async def test_what_is_produced_is_fetched_byte_for_byte(store: SegmentStore, size: int) -> None:
    async with listening({"message.max.bytes": "2000000"}, store) as listener, await connect(listener) as stream:
        await listener._broker.cluster.ensure_topic("t")
        answers = Answers(stream)
        sent = [produce(number, size) for number in range(8)]
        await stream.send_all(b"".join(sent))
        for number in range(8):
            correlation, body = await answers.read()
            produced, _ = decode(ProduceResponse, 9, body, 1)
            [answer] = produced.responses[0].partition_responses
            assert (correlation, answer.error_code, answer.base_offset) == (number, 0, number)
        await stream.send_all(fetch(99) + frame(METADATA, 12, 100))
        _, body = await answers.read()
        fetched, _ = decode(FetchResponse, 12, body, 1)
        records = fetched.responses[0].partitions[0].records
        assert isinstance(records, memoryview)
        whole = bytes(batch(value=bytes(size)))
        assert len(records) == 8 * len(whole)
        assert bytes(records[21 : len(whole)]) == whole[21:]
        assert (await answers.read())[0] == 100


async def test_a_long_poll_holds_back_what_was_asked_after_it() -> None:
    async with listening() as listener, await connect(listener) as stream, await connect(listener) as other:
        await listener._broker.cluster.ensure_topic("t")
        await stream.send_all(fetch(1, max_wait_ms=60_000) + frame(METADATA, 12, 2))
        await other.send_all(produce(1))
        await Answers(other).read()
        answers = Answers(stream)
        assert [(await answers.read())[0] for _ in range(2)] == [1, 2]


async def test_a_slow_reader_gets_everything_and_disturbs_nobody() -> None:
    async with listening() as listener, await connect(listener) as stream, await connect(listener) as other:
        await listener._broker.cluster.ensure_topic("t")
        answers = Answers(stream)
        for number in range(40):
            await stream.send_all(produce(number, 500_000))
            await answers.read()
        await stream.send_all(fetch(99) + fetch(100))
        await other.send_all(frame(METADATA, 12, 5))
        assert (await Answers(other).read())[0] == 5
        for correlation in (99, 100):
            found, body = await answers.read()
            assert found == correlation
            assert len(body) > 20_000_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "TLS"),
        (b"\x7f\xff\xff\xff", "frame size 2147483647"),
        (b"\0\0\0\0", "frame size 0"),
        (b"\0\0\0\x0e" + b"\x11\x11\0\0" + bytes(10), "unknown API 4369"),
    ],
)
async def test_who_breaks_the_protocol_is_closed_with_one_line(
    data: bytes, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening() as listener, await connect(listener) as stream, await connect(listener) as other:
        with caplog.at_level(logging.WARNING):
            await stream.send_all(data)
            assert await Answers(stream).ended()
        [record] = caplog.records
        assert said in record.getMessage()
        await other.send_all(frame(METADATA, 12, 1))
        assert (await Answers(other).read())[0] == 1


async def test_good_requests_before_a_bad_one_are_answered() -> None:
    async with listening() as listener, await connect(listener) as stream:
        await stream.send_all(frame(METADATA, 12, 1) + b"\xff\xff\xff\xff")
        answers = Answers(stream)
        assert (await answers.read())[0] == 1
        assert await answers.ended()


async def test_acks_0_that_fails_closes_the_connection() -> None:
    async with listening() as listener, await connect(listener) as stream:
        await stream.send_all(produce(1, acks=0, topic="nope"))
        assert await Answers(stream).ended()


@pytest.mark.parametrize("bad", [b"\xff\xff\xff\xff", produce(1, acks=0, topic="nope")], ids=["protocol", "acks=0"])
async def test_who_is_closed_does_not_stay_in_memory(bad: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Nor does the request, which may have a hundred megabytes, until Python looks for rubbish."""
    caplog.set_level(logging.CRITICAL, "kafkalite.server.connection")  # pytest would hold on to what is logged
    gc.collect()
    gc.disable()
    try:
        async with listening() as listener, await connect(listener) as stream:
            await stream.send_all(bad)
            assert await Answers(stream).ended()
            async with await connect(listener) as other:
                await other.send_all(frame(METADATA, 12, 1))
                await Answers(other).read()
                assert [one for one in gc.get_objects() if type(one) is Connection] == list(listener.connections)
    finally:
        gc.enable()


async def test_a_client_that_leaves_in_the_middle_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    async with listening() as listener:
        stream = await connect(listener)
        await stream.send_all(frame(METADATA, 12, 1)[:-3])
        await stream.aclose()
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)
    assert caplog.records == []


async def half_answered(listener: Listener, stream: trio.SocketStream) -> Answers:
    """Ask for 20 MB and read nothing; return when the server waits for room."""
    await listener._broker.cluster.ensure_topic("t")
    answers = Answers(stream)
    for number in range(40):
        await stream.send_all(produce(number, 500_000))
        await answers.read()
    await stream.send_all(fetch(99))
    while not any(connection._outbox.rest for connection in listener.connections):
        await trio.testing.wait_all_tasks_blocked(0.001)
    return answers


async def test_a_stop_lets_a_half_written_answer_finish(mock_clock: trio.testing.MockClock) -> None:
    async with listening() as listener, await connect(listener) as stream:
        answers = await half_answered(listener, stream)
        listener.stop()
        assert len((await answers.read())[1]) > 20_000_000
        assert await answers.ended()


async def test_who_takes_a_long_answer_little_by_little_is_not_idle(mock_clock: trio.testing.MockClock) -> None:
    async with listening({"connections.max.idle.ms": "30000"}) as listener, await connect(listener) as stream:
        await half_answered(listener, stream)
        for _ in range(2):
            mock_clock.jump(20)
            [connection] = listener.connections
            before = connection.active_at
            for _ in range(5):  # of 20 MB at most 10: the answer is not at its end
                assert await stream.receive_some(1 << 20)
                await trio.testing.wait_all_tasks_blocked(0.001)
            assert connection.active_at > before
        assert len(listener.connections) == 1


async def test_a_stop_does_not_wait_for_ever_for_who_does_not_read(mock_clock: trio.testing.MockClock) -> None:
    async with listening() as listener, await connect(listener) as stream:
        await half_answered(listener, stream)
        listener.stop()
        await trio.testing.wait_all_tasks_blocked()
        assert len(listener.connections) == 1
        mock_clock.jump(DRAIN_SECONDS)
        while listener.connections:
            await trio.testing.wait_all_tasks_blocked(0.001)


async def test_the_clients_software_is_the_connections() -> None:
    async with listening() as listener, await connect(listener) as stream:
        request = ApiVersionsRequest(client_software_name="me", client_software_version="1.0")
        await stream.send_all(frame(request, 3, 1))
        await Answers(stream).read()
        [connection] = listener.connections
        assert connection.session.software == ("me", "1.0")
