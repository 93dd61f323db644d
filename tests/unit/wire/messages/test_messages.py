"""Every generated message in every version: against itself, against kio, and against bytes that Kafka 4.4 wrote."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import importlib
import io
import json
import re
import tracemalloc
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kafkalite.wire.codec import ProtocolError, decode, encode
from kafkalite.wire.message import Message, uuid_to_text
from tests.unit.wire.messages.samples import THOROUGH, message_classes, sample, versions

CLASSES = message_classes()
APIS = [*range(4), *range(8, 52), 55, 57, 60, 61, 64, 65, 66, 68, 69, 71, 72, *range(74, 82), *range(83, 95)]
every_message = pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)


def interesting_versions(cls: type[Message]) -> list[int]:
    """The first, the first flexible and the last version; all of them in the thorough form."""
    wanted = {cls.VERSIONS[0], cls.VERSIONS[1], cls.FLEXIBLE}
    return [version for version in versions(cls) if THOROUGH or version in wanted]


def test_both_directions_of_every_api_are_there() -> None:
    keys = sorted(cls.API_KEY for cls in CLASSES.values() if cls.API_KEY >= 0)
    assert keys == sorted(APIS * 2)


@every_message
def test_decoding_gives_back_what_was_encoded(cls: type[Message]) -> None:
    random = Random(cls.__name__)
    for version in versions(cls):
        for _ in range(30 if THOROUGH else 2):
            message = sample(cls, version, random)
            data = encode(message, version)
            assert decode(cls, version, data) == (message, len(data))
            scratch = memoryview(bytearray(b"before" + data + b"after"))
            assert decode(cls, version, scratch, 6, 6 + len(data)) == (message, 6 + len(data))


@every_message
def test_a_new_message_encodes(cls: type[Message]) -> None:
    for version in versions(cls):
        data = encode(cls(), version)
        assert encode(decode(cls, version, data)[0], version) == data


@every_message
def test_arguments_default_to_lists_and_structs_of_their_own(cls: type[Message]) -> None:
    one, other = cls(), cls()
    assert one == other
    for name, *_ in cls.FIELDS:
        value = getattr(one, name)
        if isinstance(value, list | Message):
            assert value is not getattr(other, name)


# kio: another implementation, generated from Kafka 4.3.


def kio_class(cls: type[Message], version: int) -> Any:
    """kio's class of the same message, or None if it does not know it in this version."""
    kind = "header" if cls.__name__.endswith("Header") else "data"
    name = cls.__name__
    for suffix in ("Request", "Response"):
        if cls.API_KEY >= 0 and name.endswith(suffix):
            kind = suffix.lower()
            name = name.removesuffix(suffix)
    folder = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    try:
        module = importlib.import_module(f"kio.schema.{folder}.v{version}.{kind}")
    except ModuleNotFoundError:
        return None
    return getattr(module, cls.__name__)


UNKNOWN_TO_KIO = {
    "ApiVersionsRequest": [5],
    "ApiVersionsResponse": [5],
    "DeleteGroupsRequest": [3],
    "DeleteGroupsResponse": [3],
    "StreamsGroupDescribeRequest": [1],
    "StreamsGroupDescribeResponse": [1],
    "StreamsGroupHeartbeatRequest": [1],
    "StreamsGroupHeartbeatResponse": [1],
    "StreamsGroupTopologyDescriptionUpdateRequest": [0],
    "StreamsGroupTopologyDescriptionUpdateResponse": [0],
    "TxnOffsetCommitRequest": [6],
    "TxnOffsetCommitResponse": [6],
    "UnregisterControllerRequest": [0],
    "UnregisterControllerResponse": [0],
}
"""What Kafka 4.4 added to 4.3. kio has no records of internal topics."""


RENAMED = {
    ("TxnOffsetCommitRequest", "generation_id"): "generation_id_or_member_epoch",
    ("StreamsGroupHeartbeatResponse", "acceptable_recovery_lag"): "acceptable_recovery_lag_legacy",
}
"""Names of 4.3 that Kafka 4.4 changed."""


@pytest.mark.parametrize("cls", [cls for cls in CLASSES.values() if cls.RECORD_TYPE < 0], ids=lambda cls: cls.__name__)
def test_bytes_are_those_of_kio(cls: type[Message]) -> None:
    from kio.serial import entity_reader, entity_writer

    random = Random(cls.__name__)
    theirs_by_version = {version: kio_class(cls, version) for version in versions(cls)}
    unknown = [version for version, theirs in theirs_by_version.items() if theirs is None]
    assert unknown == UNKNOWN_TO_KIO.get(cls.__name__, [])
    for version, theirs in theirs_by_version.items():
        if theirs is None:
            continue
        read, write = entity_reader(theirs), entity_writer(theirs)
        for _ in range(30 if THOROUGH else 2):
            message = sample(cls, version, random, plain=True)
            data = encode(message, version)
            entity, size = read(data, 0)
            assert size == len(data)
            assert_same(message, entity)
            again = io.BytesIO()
            write(again, entity)
            assert again.getvalue() == data


def assert_same(message: Message, entity: Any) -> None:
    """Every field of kio's object has its name and its value in ours."""
    ours = {name.replace("_", ""): name for name, *_ in message.FIELDS}
    for field in dataclasses.fields(entity):
        bare = field.name.replace("_", "")
        name = RENAMED.get((type(message).__name__, field.name)) or ours.get(bare) or ours[bare + "ms"]
        assert_same_value(getattr(message, name), getattr(entity, field.name))


def assert_same_value(value: Any, their_value: Any) -> None:
    if isinstance(value, list):
        assert len(value) == len(their_value)
        for element, their_element in zip(value, their_value, strict=True):
            assert_same_value(element, their_element)
    elif isinstance(value, Message):
        assert_same(value, their_value)
    elif isinstance(value, int | str | bytes) and isinstance(their_value, int | str | bytes):
        assert value == their_value


# Kafka: lines that fixtures/MakeFixtures.java printed with Kafka 4.4.0.


def fixtures() -> dict[tuple[str, int], list[tuple[bytes, Any]]]:
    found = defaultdict(list)
    for line in (Path(__file__).parent / "fixtures" / "kafka-4.4.0.txt").read_text("utf-8").splitlines():
        name, version, data, as_json = line.split(" ", 3)
        found[name, int(version)].append((bytes.fromhex(data.removeprefix("-")), json.loads(as_json)))
    return found


FIXTURES = fixtures()


@pytest.mark.parametrize(("name", "version"), FIXTURES)
def test_bytes_are_those_of_kafka(name: str, version: int) -> None:
    for data, as_json in FIXTURES[name, version]:
        message, size = decode(CLASSES[name], version, data)
        assert size == len(data)
        assert encode(message, version) == data
        assert_is_json(message, as_json)


def test_what_kio_does_not_know_has_fixtures() -> None:
    unknown = {(name, version) for name, found in UNKNOWN_TO_KIO.items() for version in found}
    unknown |= {(name, n) for name, cls in CLASSES.items() if cls.RECORD_TYPE >= 0 for n in versions(cls)}
    assert unknown <= FIXTURES.keys()


def assert_is_json(message: Message, as_json: Any) -> None:
    """Kafka's JSON of a message leaves out tagged fields with their default."""
    names = {name.replace("_", ""): name for name, *_ in message.FIELDS}
    for key, expected in as_json.items():
        value = getattr(message, names[key.lower()])
        values, all_expected = (value, expected) if isinstance(value, list) else ([value], [expected])
        for one, one_expected in zip(values, all_expected, strict=True):
            if isinstance(one, Message):
                assert_is_json(one, one_expected)
            elif isinstance(one, bytes):
                assert one_expected in (uuid_to_text(one), base64.b64encode(one).decode())
            else:
                assert one == one_expected


# Broken input


@every_message
def test_a_message_cut_anywhere_is_a_protocol_error(cls: type[Message]) -> None:
    random = Random(cls.__name__)
    for version in interesting_versions(cls):
        data = encode(sample(cls, version, random), version)
        cuts = range(len(data))
        for size in cuts if THOROUGH or len(data) < 100 else sorted(random.sample(cuts, 100)):
            with pytest.raises(ProtocolError):
                decode(cls, version, data[:size])
            with pytest.raises(ProtocolError):
                decode(cls, version, data, 0, size)


@every_message
def test_flipped_bits_are_a_protocol_error_or_another_message(cls: type[Message]) -> None:
    random = Random(cls.__name__)
    for version in interesting_versions(cls):
        data = encode(sample(cls, version, random), version)
        for _ in range(2000 if THOROUGH else 40):
            flipped = bytearray(data or b"\0")
            for _ in range(random.choice((1, 1, 2, 8))):
                flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
            try:
                message, _ = decode(cls, version, flipped)
            except ProtocolError:
                continue
            assert isinstance(message, cls)


HOSTILE = (b"\x7f", b"\xff", b"\xff\xff\xff\xff\x07", b"\x00\x00\x00\x01", b"\x02", b"\x7f\xff\xff\xff", b"\x80")


def test_hostile_bytes_cost_little_memory() -> None:
    """No message turns 20 KB into more than a few MB, whatever the bytes claim."""
    for cls in CLASSES.values():
        for version in interesting_versions(cls):
            decode_quietly(cls, version, b"")  # so that making the decoder does not count
    tracemalloc.start()
    try:
        for cls in CLASSES.values():
            for version in interesting_versions(cls):
                for pattern in HOSTILE:
                    decode_quietly(cls, version, pattern * (20_000 // len(pattern)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def decode_quietly(cls: type[Message], version: int, data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        decode(cls, version, data)
