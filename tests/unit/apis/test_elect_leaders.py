"""ElectLeaders in all versions, with the answers of a Kafka 4.4 of one node."""

from __future__ import annotations

import pytest

from kafkalite.wire.messages.elect_leaders import ElectLeadersRequest, ElectLeadersResponse
from tests.unit.apis.admin_client import AdminClient, connect

Wanted = ElectLeadersRequest.TopicPartitions


@pytest.fixture
async def client() -> AdminClient:
    """A broker with topic `a` of 2 partitions."""
    connected = await connect()
    await connected.create("a", 2)
    return connected


async def elect(
    client: AdminClient, wanted: list[Wanted] | None, version: int = 2, election_type: int = 0
) -> ElectLeadersResponse:
    message = ElectLeadersRequest(topic_partitions=wanted, election_type=election_type)
    return await client.ask(message, version, ElectLeadersResponse)


def results(answer: ElectLeadersResponse) -> list[tuple[str, int, int, str | None]]:
    return [
        (topic.topic, one.partition_id, one.error_code, one.error_message)
        for topic in answer.replica_election_results
        for one in topic.partition_result
    ]


@pytest.mark.parametrize("version", range(3))
async def test_there_is_never_anything_to_do(client: AdminClient, version: int) -> None:
    answer = await elect(client, [Wanted(topic="a", partitions=[0, 9]), Wanted(topic="nope", partitions=[0])], version)
    assert answer.error_code == 0
    assert results(answer) == [
        ("a", 0, 84, "Leader election not needed for topic partition."),
        ("a", 9, 3, "No such partition as a-9"),
        ("nope", 0, 3, "No such topic as nope"),
    ]


@pytest.mark.parametrize("version", range(3))
async def test_no_list_names_all_topics_without_partitions(client: AdminClient, version: int) -> None:
    answer = await elect(client, None, version)
    assert [topic.topic for topic in answer.replica_election_results] == ["a"]
    assert results(answer) == []


@pytest.mark.parametrize("version", [1, 2])
async def test_an_unknown_election_type_is_42(client: AdminClient, version: int) -> None:
    answer = await elect(client, [Wanted(topic="a", partitions=[0])], version, election_type=5)
    assert answer.error_code == 42
    assert results(answer) == [("a", 0, 42, "Unknown election type 5")]
    of_all = await elect(client, None, version, election_type=5)
    assert (of_all.error_code, of_all.replica_election_results) == (42, [])
