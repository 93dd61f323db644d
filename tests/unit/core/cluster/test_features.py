"""Deciding on UpdateFeatures."""

from __future__ import annotations

import pytest

from kafkalite.core.cluster.features import (
    FEATURES,
    GROUP_VERSION,
    METADATA_VERSION,
    SAFE_DOWNGRADE,
    TRANSACTION_VERSION,
    UNSAFE_DOWNGRADE,
    UPGRADE,
    update_features,
)
from kafkalite.core.cluster.image import ClusterImage, MetadataRecord
from kafkalite.wire.errors import KafkaError
from kafkalite.wire.messages.update_features import UpdateFeaturesRequest

Update = tuple[str, int, int]


def keys(*updates: Update) -> list[UpdateFeaturesRequest.FeatureUpdateKey]:
    return [
        UpdateFeaturesRequest.FeatureUpdateKey(feature=name, max_version_level=level, upgrade_type=kind)
        for name, level, kind in updates
    ]


def decide(image: ClusterImage, *updates: Update) -> list[MetadataRecord]:
    records = update_features(image, keys(*updates), 5)
    for record in records:
        image.apply(record)
    return records


def test_a_new_cluster_is_like_one_of_kafka_4_4() -> None:
    image = ClusterImage()
    levels = {name: image.feature_level(name) for name in FEATURES}
    assert levels == {METADATA_VERSION: 33, TRANSACTION_VERSION: 2, GROUP_VERSION: 1}


def test_levels_are_records() -> None:
    image = ClusterImage()
    assert decide(image, (TRANSACTION_VERSION, 1, SAFE_DOWNGRADE)) == [
        {"type": "feature", "name": TRANSACTION_VERSION, "level": 1}
    ]
    decide(image, (TRANSACTION_VERSION, 0, UNSAFE_DOWNGRADE))
    assert image.feature_level(TRANSACTION_VERSION) == 0
    decide(image, (TRANSACTION_VERSION, 2, UPGRADE))
    assert image.feature_level(TRANSACTION_VERSION) == 2


@pytest.mark.parametrize("kind", [UPGRADE, SAFE_DOWNGRADE, UNSAFE_DOWNGRADE])
def test_the_level_it_has_changes_nothing(kind: int) -> None:
    assert decide(ClusterImage(), (TRANSACTION_VERSION, 2, kind), (METADATA_VERSION, 33, kind)) == []


@pytest.mark.parametrize(
    ("update", "why"),
    [
        (("bogus", 1, UPGRADE), "Local controller 5 does not support this feature."),
        ((TRANSACTION_VERSION, 3, UPGRADE), "Local controller 5 only supports versions 0-2"),
        ((METADATA_VERSION, 6, SAFE_DOWNGRADE), "Local controller 5 only supports versions 7-33"),
        ((TRANSACTION_VERSION, -1, SAFE_DOWNGRADE), "A feature version cannot be less than 0."),
        ((TRANSACTION_VERSION, 1, UPGRADE), "Can't downgrade the version of this feature without setting the upgrade"),
        ((TRANSACTION_VERSION, 2, 0), "The controller does not support the given upgrade type."),
        ((TRANSACTION_VERSION, 2, 4), "The controller does not support the given upgrade type."),
        ((METADATA_VERSION, 32, SAFE_DOWNGRADE), "The metadata version of this broker is fixed."),
    ],
)
def test_what_cannot_be(update: Update, why: str) -> None:
    with pytest.raises(KafkaError) as refused:
        decide(ClusterImage(), update)
    assert refused.value.code == 95
    assert f"Invalid update version {update[1]} for feature {update[0]}. {why}" in (refused.value.message or "")


def test_up_is_not_down() -> None:
    image = ClusterImage()
    decide(image, (TRANSACTION_VERSION, 1, SAFE_DOWNGRADE))
    with pytest.raises(KafkaError, match="Can't downgrade to a newer version"):
        decide(image, (TRANSACTION_VERSION, 2, SAFE_DOWNGRADE))


def test_all_or_none() -> None:
    image = ClusterImage()
    with pytest.raises(KafkaError):
        decide(image, (TRANSACTION_VERSION, 1, SAFE_DOWNGRADE), ("bogus", 1, UPGRADE))
    assert image.feature_level(TRANSACTION_VERSION) == 2
