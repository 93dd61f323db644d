"""ApiVersions, quirk by quirk (the unknown version is the conversation's: tests/unit/server/test_dispatch.py)."""

from __future__ import annotations

import pytest

from kafkalite.apis.table import APIS
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from tests.unit.apis.admin_client import AdminClient, connect


def request(**fields: object) -> ApiVersionsRequest:
    asked = ApiVersionsRequest(client_software_name="apache-kafka-java", client_software_version="4.4.0")
    for name, value in fields.items():
        setattr(asked, name, value)
    return asked


@pytest.fixture
async def client() -> AdminClient:
    return await connect()


@pytest.mark.parametrize("version", range(6))
async def test_the_table_is_told_in_every_version(client: AdminClient, version: int) -> None:
    response = await client.ask(request(), version, ApiVersionsResponse)
    told = {one.api_key: (one.min_version, one.max_version) for one in response.api_keys}
    assert told == {api.key: api.advertise for api in APIS}
    assert all(low <= high for low, high in told.values())
    assert response.error_code == 0


async def test_features_are_told_from_v3_with_an_epoch_that_counts(client: AdminClient) -> None:
    response = await client.ask(request(), 4, ApiVersionsResponse)
    finalized = {one.name: (one.min_version_level, one.max_version_level) for one in response.finalized_features}
    supported = {one.name: (one.min_version, one.max_version) for one in response.supported_features}
    assert response.finalized_features_epoch >= 0
    for name, (low, high) in finalized.items():
        assert low == high
        assert supported[name][0] <= low <= supported[name][1]


async def test_the_clients_software_is_remembered(client: AdminClient) -> None:
    await client.ask(request(), 3, ApiVersionsResponse)
    assert client.session.software == ("apache-kafka-java", "4.4.0")


@pytest.mark.parametrize("bad", ["", "-x", "x-", "a b", "a_b"])
async def test_a_bad_software_name_is_42_without_keys(client: AdminClient, bad: str) -> None:
    for fields in ({"client_software_name": bad}, {"client_software_version": bad}):
        response = await client.ask(request(**fields), 3, ApiVersionsResponse)
        assert (response.error_code, response.api_keys, response.supported_features) == (42, [], [])


async def test_whom_the_client_means_to_reach(client: AdminClient) -> None:
    broker = client.broker
    cases = [
        (broker.cluster_id, broker.node_id, ErrorCode.NONE),
        ("another", broker.node_id, ErrorCode.REBOOTSTRAP_REQUIRED),
        (broker.cluster_id, 77, ErrorCode.REBOOTSTRAP_REQUIRED),
        (broker.cluster_id, -1, ErrorCode.INVALID_REQUEST),
        ("", -1, ErrorCode.INVALID_REQUEST),
        (None, broker.node_id, ErrorCode.INVALID_REQUEST),
    ]
    for cluster_id, node_id, expected in cases:
        response = await client.ask(request(cluster_id=cluster_id, node_id=node_id), 5, ApiVersionsResponse)
        assert response.error_code == expected
        assert bool(response.api_keys) == (expected == 0)


async def test_the_software_name_is_looked_at_first(client: AdminClient) -> None:
    response = await client.ask(request(client_software_name="", cluster_id="x", node_id=9), 5, ApiVersionsResponse)
    assert response.error_code == ErrorCode.INVALID_REQUEST
