#!/usr/bin/env python3
"""Where the broker's time goes: microseconds of each stage of a request, without sockets and without a client.

    scripts/profile_requests.py                     # every request, disk store
    scripts/profile_requests.py --only 'produce*'   # some
    scripts/profile_requests.py --functions 15      # and the functions with the most time of their own, as a profiler
                                                    # sees them (which makes calls dearer than they are)

The stages are those of `server/dispatch`: `decode` from bytes to a message, `handle` from there to the answer, with
everything below it, `encode` to bytes. `whole` is a frame that comes in and an answer that is ready to be sent, so it
holds what is between the stages, too. A request that a shortcut answers from its bytes has no stages. Each figure is
the smallest mean of many short runs: what the code needs, not what the machine did beside it. The socket adds some 5 us
a request (two system calls and the epoll).
"""

from __future__ import annotations

import argparse
import cProfile
import fnmatch
import gc
import os
import pstats
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import trio

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kafkalite.apis.context import Context  # noqa: E402
from kafkalite.apis.table import Route, route  # noqa: E402
from kafkalite.broker.broker import Broker  # noqa: E402
from kafkalite.broker.clock import SystemClock  # noqa: E402
from kafkalite.broker.randomness import Random  # noqa: E402
from kafkalite.broker.session import Session  # noqa: E402
from kafkalite.config import BrokerConfig  # noqa: E402
from kafkalite.core.cluster.topic_names import OFFSETS_TOPIC  # noqa: E402
from kafkalite.metadata.memory import MemoryMetadata  # noqa: E402
from kafkalite.server.dispatch import Conversation  # noqa: E402
from kafkalite.storage.disk import DiskStore  # noqa: E402
from kafkalite.storage.log_directories import LogDirectories  # noqa: E402
from kafkalite.storage.memory import MemoryStore  # noqa: E402
from kafkalite.wire.codec import Message, Part, decode, encode  # noqa: E402
from kafkalite.wire.messages.api_versions import ApiVersionsRequest  # noqa: E402
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse  # noqa: E402
from kafkalite.wire.messages.metadata import MetadataRequest  # noqa: E402
from kafkalite.wire.messages.offset_commit import OffsetCommitRequest  # noqa: E402
from kafkalite.wire.messages.produce import ProduceRequest  # noqa: E402
from kafkalite.wire.record_batch import build_batch  # noqa: E402

CLIENT = b"profile"
CLIENT_ID_AT = 12
"""Behind a frame's size, key, version and correlation id."""
RUNS = 150
RUN_SECONDS = 0.004
MANY = 1000
"""Partitions of the topic `many`."""

Frames = Iterator[memoryview]


class Case(NamedTuple):
    """A kind of request: its version, and one frame after the other."""

    name: str
    key: int
    version: int
    frames: Frames
    one_by_one: bool = False
    """Each frame depends on what came of the one before."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n\n", 1)[0],
        epilog=(__doc__ or "").split("\n\n", 1)[1],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="*", metavar="PATTERN", help="requests whose name fits")
    parser.add_argument("--store", choices=("disk", "memory"), default="disk")
    parser.add_argument("--functions", type=int, default=0, metavar="N", help="the N dearest functions of each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kafkalite-profile-") as directory:
        trio.run(profile, Path(directory), options)


async def profile(directory: Path, options: argparse.Namespace) -> None:
    store = MemoryStore() if options.store == "memory" else DiskStore(directory)
    broker = Broker(
        BrokerConfig.of({"offsets.topic.num.partitions": "1"}),
        clock=SystemClock(),
        random=Random(),
        stores=LogDirectories([store]),
        metadata=MemoryMetadata(),
    )
    await broker.start()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(broker.run)
        for name in ("t", OFFSETS_TOPIC):
            await broker.cluster.ensure_topic(name)
        broker.config.become(broker.config.with_dynamic({"num.partitions": str(MANY)}, {}))
        await broker.cluster.ensure_topic("many")
        gc.freeze()
        print(f"{'us, ' + options.store + ' store':34} {'decode':>8} {'handle':>8} {'encode':>8} {'whole':>8}")
        for case in cases(broker):
            if fnmatch.fnmatch(case.name, options.only):
                Profile(broker, case).show(options.functions)
        nursery.cancel_scope.cancel()
    store.close(clean=False)


def cases(broker: Broker) -> Iterator[Case]:
    """Yield every request that is looked at. What one stores the next may read."""
    topic_id = broker.topics.by_name["t"].topic_id
    partition = broker.topics.by_name["t"].partitions[0]
    for name, records, size in (("produce 100 B", 1, 100), ("produce 16 KiB", 16, 1000), ("produce 1 MB", 1000, 1000)):
        yield Case(name, 0, 13, repeat(0, 13, produce(topic_id, records, size)))
    yield Case("produce 100 B, idempotent", 0, 13, idempotent(topic_id))
    end = partition.high_watermark
    partition.append(memoryview(build_batch([(None, os.urandom(100))], int(time.time() * 1000))))
    yield Case("fetch, nothing new", 1, 17, repeat(1, 17, fetch(topic_id, [end + 1])))
    yield Case("fetch 100 B", 1, 17, repeat(1, 17, fetch(topic_id, [end])))
    yield Case("fetch 1 MB", 1, 17, repeat(1, 17, fetch(topic_id, [0])))
    many = broker.topics.by_name["many"].topic_id
    yield Case(f"fetch of {MANY} partitions", 1, 17, repeat(1, 17, fetch(many, [0] * MANY)))
    yield Case(
        "the same in a session, nothing new", 1, 17, session(broker, fetch(many, [0] * MANY, session_epoch=0)), True
    )
    yield Case("metadata of one topic", 3, 12, repeat(3, 12, metadata("t")))
    yield Case("offset commit", 8, 9, repeat(8, 9, commit()))
    yield Case("api versions", 18, 3, repeat(18, 3, ApiVersionsRequest(client_software_name="a")))


def produce(topic_id: bytes, records: int, size: int, producer: tuple[int, int, int] = (-1, -1, -1)) -> ProduceRequest:
    batch = build_batch(
        [(None, os.urandom(size)) for _ in range(records)],
        int(time.time() * 1000),
        producer_id=producer[0],
        producer_epoch=producer[1],
        base_sequence=producer[2],
    )
    data = ProduceRequest.PartitionProduceData(index=0, records=batch)
    topic = ProduceRequest.TopicProduceData(topic_id=topic_id, partition_data=[data])
    return ProduceRequest(acks=-1, timeout_ms=1000, topic_data=[topic])


def idempotent(topic_id: bytes) -> Frames:
    sequence = 0
    while True:
        yield framed(0, 13, produce(topic_id, 1, 100, (77, 0, sequence)))
        sequence += 1


def fetch(topic_id: bytes, offsets: list[int], **more: int) -> FetchRequest:
    partitions = [
        FetchRequest.FetchPartition(partition=at, fetch_offset=offset, partition_max_bytes=1 << 20)
        for at, offset in enumerate(offsets)
    ]
    asked = FetchRequest(max_bytes=50 << 20, min_bytes=1, session_epoch=-1)
    asked.topics = [FetchRequest.FetchTopic(topic_id=topic_id, partitions=partitions)]
    for name, value in more.items():
        setattr(asked, name, value)
    return asked


def session(broker: Broker, first: FetchRequest) -> Frames:
    """Open a fetch session, then ask for nothing more than is known."""
    talk = Conversation(broker, nobody())
    frame = framed(1, 17, first)
    talk.process(frame, 0, len(frame))
    opened, _ = decode(FetchResponse, 17, b"".join(talk.output)[9:])  # type: ignore[arg-type]
    opened_session = broker.fetch_sessions._sessions[opened.session_id]
    while True:
        epoch = opened_session.epoch
        yield framed(1, 17, FetchRequest(max_bytes=1 << 20, session_id=opened.session_id, session_epoch=epoch))


def metadata(topic: str) -> MetadataRequest:
    return MetadataRequest(topics=[MetadataRequest.MetadataRequestTopic(name=topic)])


def commit() -> OffsetCommitRequest:
    partition = OffsetCommitRequest.OffsetCommitRequestPartition(partition_index=0, committed_offset=7)
    topic = OffsetCommitRequest.OffsetCommitRequestTopic(name="t", partitions=[partition])
    return OffsetCommitRequest(group_id="g", generation_id_or_member_epoch=-1, topics=[topic])


def repeat(key: int, version: int, message: Message) -> Frames:
    frame = framed(key, version, message)
    while True:
        yield frame


def framed(key: int, version: int, message: Message) -> memoryview:
    flexible = message.FLEXIBLE is not None and version >= message.FLEXIBLE
    header = struct.pack(">hhih", key, version, 1, len(CLIENT)) + CLIENT + (b"\0" if flexible else b"")
    body = header + encode(message, version)
    return memoryview(bytearray(struct.pack(">i", len(body)) + body))


def nobody() -> Session:
    return Session(listener="PLAINTEXT", local=("127.0.0.1", 9092), peer=("127.0.0.1", 1))


class Profile:
    """One case: its stages timed, each with requests of its own."""

    def __init__(self, broker: Broker, case: Case) -> None:
        found = route(case.key, case.version)
        assert found is not None
        self._route: Route = found
        self._broker = broker
        self._case = case
        self._talk = Conversation(broker, nobody())
        self._context = Context(broker, nobody(), "profile", case.version)
        self._body = 4 + 8 + 2 + len(CLIENT) + found.flexible

    def show(self, functions: int) -> None:
        stages = ["-"] * 3 if self._takes_shortcut() else [f"{microseconds:.1f}" for microseconds in self._stages()]
        whole_us = self._best(self._whole, self._frame)
        print(f"{self._case.name:34} {stages[0]:>8} {stages[1]:>8} {stages[2]:>8} {whole_us:8.1f}", flush=True)
        if functions:
            self._show_functions(functions)

    def _takes_shortcut(self) -> bool:
        frame, shortcut = self._frame(), self._route.shortcut
        return shortcut is not None and shortcut(self._broker, frame, CLIENT_ID_AT, len(frame)) is not None

    def _stages(self) -> tuple[float, float, float]:
        return (
            self._best(self._decode, self._frame),
            self._best(self._handle, self._message),
            self._best(self._encode, lambda: self._handle(self._message())),
        )

    def _best(self, act: Callable[[Any], object], prepare: Callable[[], Any]) -> float:
        return best(act, prepare, most=1 if self._case.one_by_one else 500)

    def _frame(self) -> memoryview:
        return next(self._case.frames)

    def _message(self) -> Message:
        return self._decode(self._frame())

    def _decode(self, frame: memoryview) -> Message:
        return self._route.decode(frame, self._body, len(frame))[0]

    def _handle(self, message: Message) -> Message:
        answer = self._route.handle(message, self._context)
        assert isinstance(answer, Message), answer
        return answer

    def _encode(self, answer: Message) -> None:
        parts: list[Part] = []
        self._route.encode(answer, parts.append)

    def _whole(self, frame: memoryview) -> None:
        talk = self._talk
        talk.process(frame, 0, len(frame))
        talk.output, talk.unsent = [], 0

    def _show_functions(self, count: int) -> None:
        frames = [self._frame() for _ in range(2000)]
        profiler = cProfile.Profile()
        profiler.enable()
        for frame in frames:
            self._whole(frame)
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(count)


def best(act: Callable[[Any], object], prepare: Callable[[], Any], most: int) -> float:
    """Return the microseconds that `act` takes on what `prepare` made: the smallest mean of many short runs."""
    act(prepare())
    begin = time.perf_counter()
    act(prepare())
    count = max(1, min(most, int(RUN_SECONDS / (time.perf_counter() - begin))))
    smallest = float("inf")
    for _ in range(RUNS if count > 1 else RUNS // 5):
        prepared = [prepare() for _ in range(count)]
        begin = time.perf_counter()
        for one in prepared:
            act(one)
        smallest = min(smallest, (time.perf_counter() - begin) / count)
    return smallest * 1e6


if __name__ == "__main__":
    main()
