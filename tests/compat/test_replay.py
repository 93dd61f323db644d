"""What clients said to Apache Kafka 4.4, said to kafkalite: the answers are Kafka's, field by field.

The recordings come from make_recordings.py; allowed_differences.py says what may differ, and why. With `--broker
apache-kafka` another Kafka answers, which is given the time that the recorded one had: what differs there is chance.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trio

from scripts.recording.conversation import Line

from .allowed_differences import ALLOWED, Allowed, unexpected
from .brokers import COMMANDS, BrokerProcess
from .conftest import broker_kind
from .differences import ABSENT, Chosen, Difference, differences
from .make_recordings import EVERY_RECORDING, RECORDINGS, SUFFIX, lines_of
from .replay import Replay
from .tours import KEEP, prepare

NAMES = [recording.name for recording in EVERY_RECORDING]
SETTINGS = {
    "apache-kafka": KEEP,
    "kafkalite": [
        "node.id=1",
        "kafkalite.group.initial.rebalance.gather.ms=0",  # a Kafka without its initial delay waits for nobody
        *(
            word
            for before, word in zip(COMMANDS["apache-kafka"], COMMANDS["apache-kafka"][1:], strict=False)
            if before == "--override"
        ),
    ],
}
"""As the recorded Kafka had them."""


@pytest.fixture(scope="module")
def needed() -> set[Allowed]:
    """What of ALLOWED a replay needed."""
    return set()


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a new broker."""
    kind = broker_kind(request)
    broker = BrokerProcess(kind, tmp_path, SETTINGS[kind])
    broker.start()
    try:
        prepare(broker.address)
        yield broker.address
    finally:
        code = broker.stop()
    assert code == 0
    assert kind != "kafkalite" or "Traceback" not in broker.log(), broker.log()[-5000:]


def recorded(name: str) -> list[Line]:
    if not (RECORDINGS / f"{name}{SUFFIX}").exists():
        pytest.skip(f"{name} is not recorded yet: python -m tests.compat.make_recordings {name}")
    return [json.loads(line) for line in lines_of(name).splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_the_answers_are_kafkas(name: str, request: pytest.FixtureRequest, needed: set[Allowed]) -> None:
    lines = recorded(name)
    address = request.getfixturevalue("address")
    found = trio.run(Replay(lines, address, as_slowly=broker_kind(request) != "kafkalite").run)
    needed |= {allowed for allowed in ALLOWED for difference in found if allowed.covers(difference)}
    assert not unexpected(found), "\n".join(str(difference) for difference in unexpected(found))


def test_every_allowance_is_needed(request: pytest.FixtureRequest, needed: set[Allowed]) -> None:
    """Of all recordings together; a list that only grows is worth nothing."""
    if broker_kind(request) != "kafkalite" or request.session.testsfailed or request.config.option.keyword:
        pytest.skip("this says something only after all recordings")
    assert [allowed for allowed in ALLOWED if allowed not in needed] == []


def test_every_recording_is_of_a_client() -> None:
    assert {path.name.removesuffix(SUFFIX) for path in RECORDINGS.iterdir()} <= set(NAMES)


# --- that it would notice -----------------------------------------------------------------------------------------


def answers(lines: list[Line], api: str) -> list[Line]:
    return [line["fields"] for line in lines if line.get("api") == api and line["from"] == "broker"]


def change_error(lines: list[Line]) -> None:
    refused = next(fields for fields in answers(lines, "CreateTopics") if fields["topics"][0]["error_code"] == 36)
    refused["topics"][0]["error_code"] = 37


def change_an_id(lines: list[Line]) -> None:
    topic = next(topic for fields in answers(lines, "Metadata") for topic in fields["topics"] if topic["name"])
    topic["topic_id"] = "A" * 21 + "E"


def change_a_record(lines: list[Line]) -> None:
    parts = (
        part for fields in answers(lines, "Fetch") for topic in fields["responses"] for part in topic["partitions"]
    )
    next(part for part in parts if part["records"])["records"][0]["records"][0]["value"] = "another"


def change_an_offset(lines: list[Line]) -> None:
    fetched = next(fields for fields in answers(lines, "OffsetFetch") if fields["groups"][0]["topics"])
    fetched["groups"][0]["topics"][0]["partitions"][0]["committed_offset"] += 1


def leave_out_a_group(lines: list[Line]) -> None:
    next(fields for fields in answers(lines, "ListGroups") if fields["groups"])["groups"].clear()


CHANGES: dict[Callable[[list[Line]], None], str] = {
    change_error: "CreateTopics.topics[orders].error_code",
    change_an_id: "topic_id",
    change_a_record: "].value",
    change_an_offset: "].committed_offset",
    leave_out_a_group: "ListGroups.groups[billing]",
}


def test_changed_answers_are_noticed(address: str) -> None:
    lines = copy.deepcopy(recorded("kafka-python-3.0"))
    for change in CHANGES:
        change(lines)
    paths = [difference.path for difference in unexpected(trio.run(Replay(lines, address).run))]
    for change, path in CHANGES.items():
        assert any(path in found for found in paths), (change, paths)
    assert all(any(path in found for path in CHANGES.values()) for found in paths), paths


NAMED_X, NAMED_Y = {"name": "x"}, {"name": "y"}
BY = {number: {"producer_id": number} for number in range(1, 5)}


def compared(kafka: Line, ours: Line) -> list[str]:
    return [str(difference) for difference in differences(kafka, ours, "Api", Chosen())]


@pytest.mark.parametrize(
    ("kafka", "ours", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["Api.a: Apache Kafka 1, here 2"]),
        ({"a": 1}, {}, ["Api.a: Apache Kafka 1, here '(absent)'"]),
        ({}, {"a": None}, ["Api.a: Apache Kafka '(absent)', here None"]),
        ({"a": [1, 2]}, {"a": [1, 3]}, ["Api.a[1]: Apache Kafka 2, here 3"]),
        ({"a": [NAMED_X]}, {"a": []}, ["Api.a[x]: Apache Kafka {'name': 'x'}, here '(absent)'"]),
        ({"a": [NAMED_X, NAMED_Y]}, {"a": [NAMED_Y, NAMED_X]},
         ["Api.a.order: Apache Kafka ['x', 'y'], here ['y', 'x']"]),
        ({"a": [NAMED_X, NAMED_X]}, {"a": [NAMED_X, NAMED_X]}, []),
        ({"producer_id": 1, "member_id": "m"}, {"producer_id": 2, "member_id": "n"}, []),
        ({"producer_id": -1}, {"producer_id": 2}, ["Api.producer_id: Apache Kafka -1, here 2"]),
        ({"a": BY[1], "b": BY[1]}, {"a": BY[2], "b": BY[3]}, ["Api.b.producer_id: Apache Kafka 1, here 3"]),
        ({"a": BY[1], "b": BY[2]}, {"a": BY[3], "b": BY[3]}, ["Api.b.producer_id: Apache Kafka 2, here 3"]),
        ({"a": [BY[1], BY[2]], "producer_id": 2}, {"a": [BY[3], BY[4]], "producer_id": 4}, []),
        ({"producer_id": 2, "a": [BY[1], BY[2]]}, {"producer_id": 4, "a": [BY[4], BY[3]]},
         ["Api.a.order: Apache Kafka ['1', '2'], here ['2', '1']"]),
    ],
)  # fmt: skip
def test_differences(kafka: Line, ours: Line, found: list[str]) -> None:
    assert compared(kafka, ours) == found


def test_requests_have_our_values_in_the_place_of_kafkas() -> None:
    chosen = Chosen()
    assert chosen.agree("member", "theirs", "ours")
    asked = {"member_id": "theirs", "group_id": "theirs", "members": [{"member_id": "theirs"}, {"member_id": "other"}]}
    assert chosen.request(asked) == asked | {
        "member_id": "ours",
        "members": [{"member_id": "ours"}, {"member_id": "other"}],
    }


@pytest.mark.parametrize(
    ("difference", "is_allowed"),
    [
        (Difference("Metadata.brokers[1].port", 1, 2), True),
        (Difference("Metadata.topics[orders.port].partitions[0].leader_epoch", 0, 1), False),
        (Difference("ApiVersions.api_keys[17]", {"api_key": 17}, ABSENT), True),
        (Difference("ApiVersions.api_keys[17]", ABSENT, {"api_key": 17}), False),
        (Difference("ApiVersions.api_keys[22].max_version", 6, 5), False),
        (Difference("Metadata.auto_created.topics[orders].error_code", 3, 0), True),
        (Difference("Metadata.topics[orders].error_code", 3, 0), False),
    ],
)
def test_what_is_not_listed_is_not_allowed(difference: Difference, is_allowed: bool) -> None:
    assert unexpected([difference]) == ([] if is_allowed else [difference])
