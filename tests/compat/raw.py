"""Requests without a client: encoded by kio, an independent implementation of the protocol, and sent as they are.

`Connection.ask("join_group", 9, group_id="g", ...)` takes plain values under Kafka's field names, nested structures as
dicts; a field that is left out gets its default, or zero, "", null or empty if it has none.
"""

import contextlib
import functools
import io
import itertools
import random
import socket
import struct
import time
import types
import typing
import uuid
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import crc32c
from kio.index import load_entity_schema
from kio.schema.errors import ErrorCode
from kio.serial import entity_reader, entity_writer
from kio.static.constants import EntityType

ANSWER_SECONDS = 30.0
TRY_AGAIN = {3, 5, 14, 15, 16}  # what Kafka says for a moment while topics, coordinators and id blocks appear

_names = itertools.count(1)


class Closed(Exception):
    """The broker closed the connection."""


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def free_port() -> int:
    """Below the ephemeral range: a client that reconnects to a closed port in that range may connect to itself."""
    for port in random.sample(range(15000, 32768), 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port between 15000 and 32767")


def unique(purpose: str) -> str:
    """A topic or group name that nobody else has, in no other run against the same broker."""
    return f"{purpose}.{time.time_ns() // 1_000_000}.{next(_names)}"


def until(done: Callable[[], Any], seconds: float = 30.0, what: str = "it") -> Any:
    """Call until the result is true; for what a broker or a client does in its own time."""
    deadline = time.monotonic() + seconds
    while not (result := done()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.02)
    return result


class Connection:
    """One socket; requests are answered in order."""

    def __init__(self, broker: str, client_id: str | None = "raw") -> None:
        self.socket = socket.create_connection(address(broker), timeout=ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client_id = client_id
        self._correlation_ids = itertools.count(1)
        self._unanswered: list[tuple[int, str, int]] = []

    def ask(self, api: str, version: int, /, **values: Any) -> Any:
        self.send(api, version, **values)
        return self.answer()

    def send(self, api: str, version: int, /, **values: Any) -> None:
        correlation_id = next(self._correlation_ids)
        self._unanswered.append((correlation_id, api, version))
        self.send_bytes(frame(encode_request(api, version, correlation_id, self._client_id, values)))

    def send_bytes(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (ConnectionResetError, BrokenPipeError):
            raise Closed from None

    def answer(self) -> Any:
        return self.decode(self.read_frame())

    def decode(self, frame: bytes) -> Any:
        """The answer to the first request that is unanswered."""
        correlation_id, api, version = self._unanswered.pop(0)
        return decode_response(api, version, correlation_id, frame)

    def read_frame(self) -> bytes:
        (size,) = struct.unpack(">i", self._read(4))
        return self._read(size)

    def _read(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                piece = self.socket.recv(size - len(data))
            except ConnectionResetError:
                piece = b""
            if not piece:
                raise Closed
            data += piece
        return bytes(data)

    def is_closed_by_broker(self, seconds: float = 5.0) -> bool:
        """Whether the broker closes without sending anything."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        finally:
            with contextlib.suppress(OSError):
                self.socket.settimeout(ANSWER_SECONDS)

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()


# --- encoding -----------------------------------------------------------------------------------------------------


def frame(payload: bytes) -> bytes:
    return struct.pack(">i", len(payload)) + payload


def encode_request(api: str, version: int, correlation_id: int, client_id: str | None, values: dict[str, Any]) -> bytes:
    schema: Any = load_entity_schema(api, version, EntityType.request)
    header_schema = schema.__header_schema__
    header = build(
        header_schema,
        {
            "request_api_key": int(schema.__api_key__),
            "request_api_version": version,
            "correlation_id": correlation_id,
            "client_id": client_id,
        },
    )
    buffer = io.BytesIO()
    entity_writer(header_schema)(buffer, header)
    entity_writer(schema)(buffer, build(schema, values))
    return buffer.getvalue()


def decode_response(api: str, version: int, correlation_id: int, payload: bytes) -> Any:
    schema: Any = load_entity_schema(api, version, EntityType.response)
    header, size = entity_reader(schema.__header_schema__)(payload, 0)
    assert header.correlation_id == correlation_id
    response, body_size = entity_reader(schema)(payload, size)
    assert size + body_size == len(payload), (
        f"{len(payload) - size - body_size} bytes after the {api} {version} response"
    )
    return response


def build(schema: Any, values: dict[str, Any]) -> Any:
    """A kio entity from plain values."""
    unknown = values.keys() - {field.name for field in fields(schema)}
    assert not unknown, f"{schema.__name__} {schema.__version__} has no {sorted(unknown)}"
    hints = field_types(schema)
    arguments = {}
    for field in fields(schema):
        if field.name in values:
            arguments[field.name] = convert(hints[field.name], values[field.name])
        elif field.default is MISSING:
            arguments[field.name] = nothing(hints[field.name])
    return schema(**arguments)


@functools.cache
def field_types(schema: Any) -> dict[str, Any]:
    return typing.get_type_hints(schema)


def convert(kind: Any, value: Any) -> Any:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return None if value is None else convert(strip_none(kind), value)
    if typing.get_origin(kind) is tuple:
        return tuple(convert(typing.get_args(kind)[0], item) for item in value)
    if is_dataclass(kind):
        return build(kind, value)
    if isinstance(kind, type) and issubclass(kind, timedelta):
        return timedelta(milliseconds=value)
    if kind is ErrorCode:
        return ErrorCode(value)
    return value


def nothing(kind: Any) -> Any:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return None
    if typing.get_origin(kind) is tuple:
        return ()
    if is_dataclass(kind):
        return build(kind, {})
    if isinstance(kind, type):
        for base, zero in ((bool, False), (int, 0), (str, ""), (bytes, b""), (float, 0.0), (timedelta, timedelta())):
            if issubclass(kind, base):
                return zero
    return False


def strip_none(kind: Any) -> Any:
    [rest] = [member for member in typing.get_args(kind) if member is not types.NoneType]
    return rest


# --- record batches -----------------------------------------------------------------------------------------------


def batch(
    *values: bytes | None,
    keys: list[bytes | None] | None = None,
    timestamp: int | None = None,
    producer_id: int = -1,
    producer_epoch: int = -1,
    base_sequence: int = -1,
    base_offset: int = 0,
    attributes: int = 0,
    magic: int = 2,
    count: int | None = None,
    last_offset_delta: int | None = None,
    crc: int | None = None,
    records: bytes | None = None,
) -> bytes:
    """A record batch v2 with these values, every record at `timestamp`; the other fields are there to be wrong.

    base offset 8 | batch length 4 | leader epoch 4 | magic 1 | crc 4 | attributes 2 | last offset delta 4 |
    base timestamp 8 | max timestamp 8 | producer id 8 | producer epoch 2 | base sequence 4 | count 4 | records
    """
    now = int(time.time() * 1000) if timestamp is None else timestamp
    if records is None:
        pairs = zip(keys or [None] * len(values), values, strict=True)
        records = b"".join(record(offset, key, value) for offset, (key, value) in enumerate(pairs))
    checked = struct.pack(
        ">hiqqqhii",
        attributes,
        len(values) - 1 if last_offset_delta is None else last_offset_delta,
        now,
        now,
        producer_id,
        producer_epoch,
        base_sequence,
        len(values) if count is None else count,
    )
    checked += records
    checksum = crc32c.crc32c(checked) if crc is None else crc
    return struct.pack(">qiibI", base_offset, len(checked) + 9, -1, magic, checksum) + checked


def record(offset_delta: int, key: bytes | None, value: bytes | None) -> bytes:
    body = b"\0" + varint(0) + varint(offset_delta) + varint_bytes(key) + varint_bytes(value) + varint(0)
    return varint(len(body)) + body


def varint_bytes(data: bytes | None) -> bytes:
    return varint(-1) if data is None else varint(len(data)) + data


def varint(value: int) -> bytes:
    """Zigzag, then seven bits at a time, least significant first."""
    rest = (value << 1) ^ (value >> 63)
    encoded = bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    encoded.append(rest)
    return bytes(encoded)


class BatchHeader(typing.NamedTuple):
    base_offset: int
    batch_length: int
    leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    records_count: int

    @property
    def codec(self) -> str:
        return ("none", "gzip", "snappy", "lz4", "zstd")[self.attributes & 7]


BATCH_HEADER = struct.Struct(">qiibIhiqqqhii")


def batch_headers(data: bytes) -> Iterator[BatchHeader]:
    """The headers of all whole batches in `data`."""
    position = 0
    while position + BATCH_HEADER.size <= len(data):
        header = BatchHeader(*BATCH_HEADER.unpack_from(data, position))
        position += 12 + header.batch_length
        if position > len(data):
            return
        yield header


# --- one partition at a time ---------------------------------------------------------------------------------------


def produce(
    connection: Connection, topic: str, *batches: bytes, partition: int = 0, acks: int = -1, version: int = 9
) -> Any:
    """The answer for one partition."""
    connection.send("produce", version, **produce_request(topic, *batches, partition=partition, acks=acks))
    return connection.answer().responses[0].partition_responses[0]


def find_coordinator(connection: Connection, group: str) -> Any:
    """The answer for one key."""
    [coordinator] = connection.ask("find_coordinator", 4, key_type=0, coordinator_keys=[group]).coordinators
    return coordinator


def random_uuid() -> uuid.UUID:
    return uuid.uuid4()


def milliseconds(moment: datetime | None) -> int:
    """kio's times on the wire again."""
    return -1 if moment is None else round(moment.timestamp() * 1000)


def produce_request(topic: str, *batches: bytes, partition: int = 0, acks: int = -1) -> dict[str, Any]:
    where = {"name": topic, "partition_data": [{"index": partition, "records": b"".join(batches)}]}
    return {"acks": acks, "timeout": 30000, "topic_data": [where]}


# --- what scenarios look up beside the client ---------------------------------------------------------------------


def create_topic(connection: Connection, name: str, partitions: int = 1, **configs: str) -> None:
    topic = {
        "name": name,
        "num_partitions": partitions,
        "replication_factor": 1,
        "configs": [{"name": key.replace("_", "."), "value": value} for key, value in configs.items()],
    }
    [result] = connection.ask("create_topics", 7, topics=[topic], timeout=30000).topics
    assert result.error_code == 0, (name, result)
    until(lambda: is_ready(connection, name, partitions), what=f"topic {name}")


def is_ready(connection: Connection, topic: str, partitions: int) -> bool:
    """Whether the broker serves all partitions; a Kafka just told to create them answers 3, then 6 for a moment."""
    where = [{"partition_index": partition, "timestamp": -1} for partition in range(partitions)]
    answer = connection.ask("list_offsets", 4, replica_id=-1, topics=[{"name": topic, "partitions": where}])
    return all(partition.error_code == 0 for partition in answer.topics[0].partitions)


def topic_error(connection: Connection, name: str) -> int:
    """Metadata's error for this topic: the first one of a partition if the topic has none."""
    answer = connection.ask("metadata", 9, topics=[{"name": name}], allow_auto_topic_creation=False)
    [topic] = answer.topics
    return int(topic.error_code or max((partition.error_code for partition in topic.partitions), default=0))


def topic_id(connection: Connection, name: str) -> uuid.UUID:
    [topic] = connection.ask("metadata", 12, topics=[{"topic_id": None, "name": name}]).topics
    assert topic.topic_id is not None
    return topic.topic_id  # type: ignore[no-any-return]


def partition_count(connection: Connection, name: str) -> int:
    [topic] = connection.ask("metadata", 9, topics=[{"name": name}], allow_auto_topic_creation=False).topics
    return len(topic.partitions)


def end_offset(connection: Connection, topic: str, partition: int = 0) -> int:
    where = [{"name": topic, "partitions": [{"partition_index": partition, "timestamp": -1}]}]
    answer = connection.ask("list_offsets", 4, replica_id=-1, isolation_level=0, topics=where)
    return int(answer.topics[0].partitions[0].offset)


def stored_batches(connection: Connection, topic: str, partition: int = 0) -> list[BatchHeader]:
    """The headers of all batches of a partition, as the broker keeps them."""
    headers: list[BatchHeader] = []
    offset, end = 0, end_offset(connection, topic, partition)
    while offset < end:
        new = list(batch_headers(fetch(connection, topic, partition, offset).records or b""))
        assert new, f"nothing at offset {offset} of {topic}-{partition} before its end {end}"
        headers += new
        offset = new[-1].base_offset + new[-1].last_offset_delta + 1
    return headers


def fetch(connection: Connection, topic: str, partition: int, offset: int, **values: Any) -> Any:
    """The answer for one partition of a Fetch v11 without a session."""
    wanted = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 1 << 24}
    wanted |= {
        name: values.pop(name) for name in list(values) if name in ("partition_max_bytes", "current_leader_epoch")
    }
    settings = {"max_wait": 0, "min_bytes": 1, "max_bytes": 1 << 25, "session_epoch": -1} | values
    answer = connection.ask("fetch", 11, topics=[{"topic": topic, "partitions": [wanted]}], replica_id=-1, **settings)
    assert answer.error_code == 0, answer
    return answer.responses[0].partitions[0]


class GroupState(typing.NamedTuple):
    state: str
    assignments: list[list[int]]  # the partitions of each member


def group_state(connection: Connection, group: str) -> GroupState:
    """Of a classic or a consumer group."""
    answer = connection.ask("describe_groups", 4, groups=[group])
    [described] = answer.groups
    if described.group_state == "Dead" and (consumers := consumer_group(connection, group)).error_code == 0:
        members = [member.assignment.topic_partitions for member in consumers.members]
        return GroupState(
            consumers.group_state,
            [[partition for topic in topics for partition in topic.partitions] for topics in members],
        )
    return GroupState(described.group_state, [assigned(member.member_assignment) for member in described.members])


def consumer_group(connection: Connection, group: str) -> Any:
    """What ConsumerGroupDescribe tells (KIP-848)."""
    [described] = connection.ask("consumer_group_describe", 1, group_ids=[group]).groups
    return described


def group_members(connection: Connection, group: str) -> dict[str, Any]:
    """What DescribeGroups tells of each member, by its instance id, or its member id if it has none."""
    [described] = connection.ask("describe_groups", 4, groups=[group]).groups
    return {member.group_instance_id or member.member_id: member for member in described.members}


def assigned(data: bytes) -> list[int]:
    """The partitions in a consumer protocol assignment: version 2 bytes | topics [name, partitions] | user data."""
    if not data:
        return []
    position = 6
    partitions: list[int] = []
    for _ in range(struct.unpack_from(">i", data, 2)[0]):
        (length,) = struct.unpack_from(">h", data, position)
        (count,) = struct.unpack_from(">i", data, position + 2 + length)
        partitions += struct.unpack_from(f">{count}i", data, position + 6 + length)
        position += 6 + length + 4 * count
    return partitions


def committed(connection: Connection, group: str, topic: str, partitions: int) -> list[int]:
    """The committed offset of each partition, -1 where there is none."""

    def ask() -> Any:
        where = [{"name": topic, "partition_indexes": range(partitions)}]
        answer = connection.ask("offset_fetch", 7, group_id=group, topics=where, require_stable=False)
        return None if answer.error_code in TRY_AGAIN else answer

    answer = until(ask, what="OffsetFetch")
    assert answer.error_code == 0, answer
    offsets = {entry.partition_index: int(entry.committed_offset) for entry in answer.topics[0].partitions}
    return [offsets[partition] for partition in range(partitions)]
