"""DeleteTopics in all versions, as a client sees it."""

from __future__ import annotations

import pytest

from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.message import ZERO_UUID
from kafkalite.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from tests.unit.apis.admin_client import AdminClient, connect

Wanted = DeleteTopicsRequest.DeleteTopicState
Result = DeleteTopicsResponse.DeletableTopicResult

UNKNOWN_ID = bytes([9] * 16)


async def delete(
    client: AdminClient, *topics: str | bytes | Wanted, version: int = 6, timeout_ms: int = 5000
) -> list[Result]:
    """Delete topics by name or, where bytes are given, by id."""
    message = DeleteTopicsRequest(timeout_ms=timeout_ms)
    if version >= 6:
        message.topics = [
            one if isinstance(one, Wanted) else Wanted(topic_id=one) if isinstance(one, bytes) else Wanted(name=one)
            for one in topics
        ]
    else:
        message.topic_names = [str(one) for one in topics]
    return (await client.ask(message, version, DeleteTopicsResponse)).responses


@pytest.fixture
async def client() -> AdminClient:
    """A broker with the topics `a` and `b`."""
    connected = await connect()
    await connected.create("a")
    await connected.create("b")
    return connected


def names(client: AdminClient) -> list[str]:
    return sorted(client.broker.topics.by_name)


@pytest.mark.parametrize("version", range(1, 7))
async def test_a_topic_goes_by_name(client: AdminClient, version: int) -> None:
    topic_id = client.broker.topics.by_name["a"].topic_id
    (result,) = await delete(client, "a", version=version)
    assert (result.name, result.error_code, result.error_message) == ("a", 0, None)
    assert result.topic_id == (topic_id if version >= 6 else ZERO_UUID)
    assert names(client) == ["b"]


async def test_a_topic_goes_by_id(client: AdminClient) -> None:
    topic_id = client.broker.topics.by_name["a"].topic_id
    (result,) = await delete(client, topic_id)
    assert (result.name, result.topic_id, result.error_code) == ("a", topic_id, 0)
    assert names(client) == ["b"]
    (again,) = await delete(client, topic_id)
    assert (again.name, again.error_code) == (None, 100)
    assert again.error_message == "This server does not host this topic ID."


@pytest.mark.parametrize("version", range(1, 7))
async def test_an_unknown_name_is_3_with_a_text_from_v5_on(client: AdminClient, version: int) -> None:
    (result,) = await delete(client, "nope", version=version)
    text = "This server does not host this topic-partition."
    assert (result.name, result.error_code, result.error_message) == ("nope", 3, text if version >= 5 else None)


@pytest.mark.parametrize("version", range(1, 7))
async def test_what_is_named_twice_stays_and_the_others_go(client: AdminClient, version: int) -> None:
    results = await delete(client, "a", "b", "a", version=version)
    assert {result.name: result.error_code for result in results} == {"a": 42, "b": 0}
    assert names(client) == ["a"]


async def test_name_and_id_in_one_entry_or_of_one_topic_are_42(client: AdminClient) -> None:
    topic_id = client.broker.topics.by_name["a"].topic_id
    both, neither = await delete(client, Wanted(name="a", topic_id=topic_id), Wanted())
    assert (both.name, both.topic_id, both.error_code) == ("a", topic_id, 42)
    assert (neither.name, neither.error_code) == (None, 42)
    (same,) = await delete(client, topic_id, "a")
    assert same.error_message == "The provided topic name maps to an ID that was already supplied."
    assert names(client) == ["a", "b"]


@pytest.mark.parametrize(("version", "code"), [(1, 42), (2, 42), (3, 73), (6, 73)])
async def test_deletion_may_be_disabled(version: int, code: int) -> None:
    client = await connect({"delete.topic.enable": "false"})
    await client.create("a")
    (result,) = await delete(client, "a", version=version)
    assert result.error_code == code
    assert names(client) == ["a"]


async def test_without_time_everything_is_7(client: AdminClient) -> None:
    results = await delete(client, "a", "nope", timeout_ms=0)
    assert [(result.name, result.error_code, result.error_message) for result in results] == [
        ("a", 7, None),
        ("nope", 7, None),
    ]
    assert names(client) == ["a", "b"]


async def test_internal_topics_may_be_deleted(client: AdminClient) -> None:
    await client.broker.cluster.ensure_topic("__consumer_offsets")
    assert (await delete(client, "__consumer_offsets"))[0].error_code == 0


async def test_what_cannot_be_stored_is_56_and_stays(client: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.metadata, "append", refuse)
    (result,) = await delete(client, "a")
    assert (result.error_code, result.error_message) == (56, "disk full")
    assert names(client) == ["a", "b"]
