"""UpdateFeatures in all versions, and what ApiVersions tells of it."""

from __future__ import annotations

import pytest

from kafkalite.metadata.memory import MemoryMetadata
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkalite.wire.messages.update_features import UpdateFeaturesRequest, UpdateFeaturesResponse
from tests.unit.apis.admin_client import AdminClient, connect

TV = "transaction.version"
WHY = "The update failed for all features since the following feature had an error: Invalid update version"


async def update(
    client: AdminClient,
    level: int,
    *,
    name: str = TV,
    version: int = 2,
    down: bool = False,
    validate_only: bool = False,
) -> UpdateFeaturesResponse:
    key = UpdateFeaturesRequest.FeatureUpdateKey(feature=name, max_version_level=level)
    if version:
        key.upgrade_type = 2 if down else 1
    else:
        key.allow_downgrade = down
    message = UpdateFeaturesRequest(feature_updates=[key], validate_only=validate_only)
    return await client.ask(message, version, UpdateFeaturesResponse)


async def finalized(client: AdminClient) -> dict[str, int]:
    message = ApiVersionsRequest(client_software_name="a", client_software_version="1")
    answer = client.begin(message, 4)
    assert isinstance(answer, ApiVersionsResponse)
    assert all(one.min_version_level == one.max_version_level for one in answer.finalized_features)
    return {one.name: one.max_version_level for one in answer.finalized_features}


@pytest.mark.parametrize("version", range(3))
async def test_down_and_up_again(version: int) -> None:
    client = await connect()
    assert (await finalized(client))[TV] == 2
    assert (await update(client, 1, version=version, down=True)).error_code == 0
    assert (await finalized(client))[TV] == 1
    assert (await update(client, 0, version=version, down=True)).error_code == 0
    assert TV not in await finalized(client), "level 0 is no level"
    assert (await update(client, 2, version=version)).error_code == 0
    assert (await finalized(client))[TV] == 2


@pytest.mark.parametrize("version", range(3))
async def test_the_answer_names_each_feature_until_v1(version: int) -> None:
    answer = await update(await connect(), 2, version=version)
    assert (answer.error_code, answer.error_message) == (0, None)
    told = [(one.feature, one.error_code, one.error_message) for one in answer.results]
    assert told == ([] if version == 2 else [(TV, 0, "NONE")])


@pytest.mark.parametrize("version", range(3))
async def test_nobody_goes_down_by_accident(version: int) -> None:
    client = await connect()
    answer = await update(client, 1, version=version)
    assert (answer.error_code, answer.results) == (95, [])
    assert (answer.error_message or "").startswith(f"{WHY} 1 for feature {TV}. Can't downgrade the version")
    assert (await finalized(client))[TV] == 2


async def test_only_looking() -> None:
    client = await connect()
    assert (await update(client, 1, down=True, validate_only=True)).error_code == 0
    assert (await update(client, 9, validate_only=True)).error_code == 95
    assert (await finalized(client))[TV] == 2


async def test_levels_survive_a_restart() -> None:
    store = MemoryMetadata()
    await update(await connect(metadata=store), 1, down=True)
    assert (await finalized(await connect(metadata=store)))[TV] == 1


async def test_what_cannot_be_stored_has_not_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    client = await connect()

    async def refuse(records: object, after: int) -> int:
        raise StorageError("disk full")

    monkeypatch.setattr(client.broker.metadata, "append", refuse)
    answer = await update(client, 1, down=True)
    assert (answer.error_code, answer.error_message) == (96, "disk full")
    assert (await finalized(client))[TV] == 2
