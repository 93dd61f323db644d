"""Rows: small requests on plain sockets, many of them and on many connections."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.compat import raw

from . import generator
from .latency import percentiles
from .peers import Peer
from .rows import Figures, Measure, Row, Sizes

PRODUCE_VERSION = 9
VALUE = b"x" * 100


def encoded(api: str, version: int, **values: Any) -> bytes:
    return raw.frame(raw.encode_request(api, version, 1, "bench", values))


def produce_request(topic: str, *values: bytes) -> bytes:
    return encoded("produce", PRODUCE_VERSION, **raw.produce_request(topic, raw.batch(*values)))


def check_produce(peer: Peer, topic: str, *values: bytes) -> None:
    """See that this is answered without an error; the load generator only counts answers and their bytes."""
    with raw.Connection(peer.address) as connection:
        answer = raw.produce(connection, topic, raw.batch(*values), version=PRODUCE_VERSION)
    if answer.error_code != 0:
        raise generator.Failed(f"Produce answers {answer.error_code!r}")


@dataclass(frozen=True)
class Flood:
    """The same requests again and again."""

    connections: int
    in_flight: int = 1

    def run(self, peer: Peer, frames: Sequence[bytes], seconds: int) -> dict[str, Any]:
        with self._arguments(peer, frames, seconds) as arguments:
            answer = generator.run("connections", **arguments)
        if answer["odd_answers"]:
            raise generator.Failed(f"{answer['odd_answers']} answers have another size than the first")
        return answer

    @contextlib.contextmanager
    def going_on(self, peer: Peer, frames: Sequence[bytes]) -> Iterator[None]:
        """While the body runs."""
        with (
            self._arguments(peer, frames, int(generator.RUN_SECONDS)) as arguments,
            generator.going_on("connections", **arguments),
        ):
            yield

    @contextlib.contextmanager
    def _arguments(self, peer: Peer, frames: Sequence[bytes], seconds: int) -> Iterator[dict[str, Any]]:
        how = {"connections": self.connections, "in_flight": self.in_flight, "seconds": seconds}
        with tempfile.NamedTemporaryFile(prefix="kafkalite-bench-") as file:
            file.write(b"".join(frames))
            file.flush()
            yield {"bootstrap": peer.address, "requests": file.name, **how}

    def measure(self, peer: Peer, frames: Sequence[bytes], seconds: int) -> Figures:
        before = peer.cpu_seconds()
        answer = self.run(peer, frames, seconds)
        after = peer.cpu_seconds()
        figures = {"requests/s": answer["answers"] / answer["seconds"]}
        if before is not None and after is not None:
            figures["broker CPU us each"] = (after - before) / answer["answers"] * 1e6
        return figures | {"p99, us": percentiles(answer["samples_us"])["p99, us"]}

    @contextlib.contextmanager
    def small_produces(self, peer: Peer, sizes: Sizes) -> Iterator[Measure]:
        topic = peer.new_topic()
        check_produce(peer, topic, VALUE)
        yield lambda: self.measure(peer, [produce_request(topic, VALUE)], sizes.seconds)
        peer.drop_topic(topic)


ROWS = [
    Row("16 connections, small produces", Flood(16).small_produces, quick=True),
    Row("256 connections, small produces", Flood(256).small_produces),
    Row("1 connection, small produces, 16 in flight", Flood(1, in_flight=16).small_produces),
]
