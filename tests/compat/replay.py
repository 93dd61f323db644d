"""The client's side of a recording, said to another broker, and its answers compared with the recorded ones.

Connection by connection in the recorded order: a request goes out when everything before it was answered, so what
waited there, a JoinGroup or a long poll, waits here beside the others. In requests the values that the server chose are
ours.

Some things are not as recorded, so that nothing hangs on the speed of a machine. A Fetch that came back empty does not
wait as long, and one that came back with data may wait longer. After a Produce with acks=0 the broker is asked
something, so that what follows is said when the records are there. A consumer group works beside its members
(KIP-848): a heartbeat is said again while the group has not got as far as Apache Kafka's had by then. What was refused
because a transaction was still ending is not said, only said again: here transactions end at once. Answers that came
when the client had left are left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import trio

from kafkalite.wire.codec import encode
from scripts.recording.batches import Plain
from scripts.recording.conversation import Address, Conversation, Line, apis
from scripts.recording.frames import Frames
from scripts.recording.plain import from_plain

from . import raw
from .differences import Chosen, Difference, differences

ANSWER_SECONDS = 30.0
EMPTY_WAIT_MS = 20
DATA_WAIT_MS = 10_000
AGAIN_SECONDS = 0.05
ORDER_SECONDS = 0.005
NOT_YET, CONCURRENT_TRANSACTIONS = 3, 51
"""Of Kafka's errors; the first is UNKNOWN_TOPIC_OR_PARTITION."""
FENCE = -7
"""The correlation id of what is asked after a Produce with acks=0."""


class Replay:
    """One recording against one broker."""

    def __init__(self, lines: Sequence[Line], address: str, *, as_slowly: bool = False) -> None:
        """as_slowly: the client takes the time it took, for a broker that needs it."""
        self._as_slowly = as_slowly
        self._lines = list(without_refused([line for line in lines if "connection" in line]))
        self._address = raw.address(address)
        self._chosen = Chosen()
        self._connections: dict[int, Connection] = {}
        self._waits = dict(fetch_waits(self._lines))

    async def run(self) -> list[Difference]:
        """Every difference. Raises TooSlow where we do not answer."""
        found: list[Difference] = []
        self._begin = trio.current_time()
        for position, line in enumerate(self._lines):
            with trio.move_on_after(ANSWER_SECONDS) as scope:
                found += await self._step(position, line)
            if scope.cancelled_caught:
                raise TooSlow(f"line {position}: no answer within {ANSWER_SECONDS:.0f} s to {line}; so far: {found}")
        for connection in self._connections.values():
            await connection.stream.aclose()
        return found

    async def _step(self, position: int, line: Line) -> list[Difference]:
        number = line["connection"]
        if line.get("event") == "connects":
            self._connections[number] = await Connection.open(self._address)
            return []
        connection = self._connections.get(number)
        if connection is None:  # the client has left
            return []
        if line.get("event") == "closes":
            del self._connections[number]
            return await connection.close(line["from"])
        assert "fields" in line, f"a recording with a line that could not be read: {line}"
        if line["from"] == "client":
            await self._pace(line)
            await connection.ask(line | {"fields": self._request(position, line["fields"])})
            return []
        ours = await connection.answer()
        where = f"{line['api']} v{line['version']}"
        if ours is None:
            return [Difference(f"{line['api']}.connection", f"answers {where}", "closes")]
        assert ours["id"] == line["id"], (ours, line)
        if is_behind(line, ours, as_slowly=self._as_slowly):
            ours = await self._later(line, connection.asked(line["id"]))
        path = line["api"]
        if path == "Metadata" and connection.asked(line["id"])["fields"].get("allow_auto_topic_creation", True):
            path += ".auto_created"
        if ours["version"] != line["version"]:
            return [Difference(f"{path}.version", line["version"], ours["version"])]
        return list(differences(line["fields"], ours.get("fields", ours), path, self._chosen))

    async def _pace(self, line: Line) -> None:
        """What was said on two connections shall be heard in that order."""
        if self._as_slowly:
            await trio.sleep_until(self._begin + line["at"] / 1000)
        elif any(one.is_waiting() for number, one in self._connections.items() if number != line["connection"]):
            await trio.sleep(ORDER_SECONDS)

    async def _later(self, line: Line, asked: Line) -> Line:
        """What a heartbeat is answered when the group has got as far as Apache Kafka's had."""
        beside = await Connection.open(self._address)
        while True:
            await trio.sleep(AGAIN_SECONDS)
            await beside.ask(asked)
            ours = await beside.answer()
            assert ours is not None, f"it closed after {line}"
            if not is_behind(line, ours, as_slowly=self._as_slowly):
                await beside.close("client")
                return ours

    def _request(self, position: int, fields: Line) -> Line:
        fields = self._chosen.request(fields)
        return fields | {"max_wait_ms": self._waits[position]} if position in self._waits else fields


class TooSlow(Exception):
    """The broker does not answer what Apache Kafka answered."""


class Connection:
    """One connection to our broker."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self.stream = stream
        self._frames = Frames(stream)
        self._asked: dict[int, Line] = {}
        self._due = 0
        self._conversation = Conversation(lambda place: place, whole=True)

    @classmethod
    async def open(cls, address: Address) -> Connection:
        return cls(await trio.open_tcp_stream(*address))

    async def ask(self, line: Line) -> None:
        """Say what the line says."""
        self._asked[line["id"]] = line
        await self._send(line["api"], line["version"], line["id"], line["client_id"], line["fields"])
        if line["api"] == "Produce" and line["fields"]["acks"] == 0:
            self._due -= 1
            await self._send("ApiVersions", 0, FENCE, None, {})
            answer = await self.answer()
            assert answer is not None, "it closed after a Produce with acks=0"
            assert answer["id"] == FENCE

    async def _send(self, name: str, version: int, correlation_id: int, client_id: str | None, fields: Line) -> None:
        api = BY_NAME[name]
        frame = struct.pack(">hhi", api.request.API_KEY, version, correlation_id)
        client = None if client_id is None else client_id.encode()
        frame += struct.pack(">h", -1) if client is None else struct.pack(">h", len(client)) + client
        frame += b"\0" if api.is_flexible(version) else b""
        frame += encode(from_plain(api.request, version, fields), version)
        self._conversation.request(frame)
        self._due += 1
        await self.stream.send_all(struct.pack(">i", len(frame)) + frame)

    def asked(self, correlation_id: int) -> Line:
        """The request that was said."""
        return self._asked[correlation_id]

    def is_waiting(self) -> bool:
        """Whether an answer is due."""
        return self._due > 0

    async def answer(self) -> Line | None:
        """The next answer, None if the broker closes."""
        self._due -= 1
        frame = await self._frames.next()
        return self._conversation.answer(frame)[0] if frame else None

    async def close(self, who: str) -> list[Difference]:
        """As in the recording: the client closes, or the broker does and we wait for that."""
        found = []
        if who == "broker" and (said := await self.answer()) is not None:
            found.append(Difference(f"{said.get('api')}.connection", "closes", f"answers {said}"))
        await self.stream.aclose()
        return found


def is_behind(kafka: Line, ours: Line, *, as_slowly: bool) -> bool:
    """Whether this is an answer that Apache Kafka may have given a moment before."""
    if kafka["api"] == "ConsumerGroupHeartbeat":
        was, now = kafka["fields"]["member_epoch"], ours["fields"]["member_epoch"]
        return not ours["fields"]["error_code"] and 0 < now < was
    if kafka["api"] == "Metadata" and as_slowly:
        return NOT_YET in errors(ours["fields"]) and NOT_YET not in errors(kafka["fields"])
    return False


def errors(metadata: Line) -> set[int]:
    return {topic["error_code"] for topic in metadata["topics"]}


BY_NAME = {api.name: api for api in apis().values()}


def without_refused(lines: Sequence[Line]) -> Iterator[Line]:
    """Without the requests, and their answers, that Apache Kafka refused because a transaction was still ending."""
    refused = {key(line) for line in lines if line["from"] == "broker" and was_refused(line.get("fields"))}
    return (line for line in lines if "id" not in line or key(line) not in refused)


def was_refused(fields: Plain) -> bool:
    if isinstance(fields, dict):
        errors = (value for name, value in fields.items() if name.endswith("error_code"))
        return CONCURRENT_TRANSACTIONS in errors or any(was_refused(value) for value in fields.values())
    return isinstance(fields, list) and any(was_refused(part) for part in fields)


def key(line: Line) -> tuple[int, int]:
    """What a request and its answer have in common."""
    return line["connection"], line["id"]


def fetch_waits(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """How long the Fetch of each position shall wait."""
    waiting: dict[tuple[int, int], int] = {}
    for position, line in enumerate(lines):
        if line.get("api") == "Fetch" and "fields" in line:
            if line["from"] == "client":
                waiting[key(line)] = position
            elif key(line) in waiting:
                position = waiting.pop(key(line))
                if not has_something(line["fields"]):
                    yield position, EMPTY_WAIT_MS
                elif lines[position]["fields"]["min_bytes"] <= 1:
                    yield position, DATA_WAIT_MS
    for position in waiting.values():
        yield position, EMPTY_WAIT_MS


def has_something(fields: Line) -> bool:
    parts = [part for topic in fields["responses"] for part in topic["partitions"]]
    return any(part["records"] or part["error_code"] for part in parts)
