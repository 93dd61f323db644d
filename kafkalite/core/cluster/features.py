"""The features of a cluster: which there are, and deciding on an UpdateFeatures request.

A feature has a finalized level, which clients read from ApiVersions; level 0 means that it is not there. One that was
never set has the level that a new Apache Kafka 4.4 cluster begins with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kafkalite.wire.errors import ErrorCode, KafkaError

if TYPE_CHECKING:
    from kafkalite.core.cluster.image import ClusterImage, MetadataRecord
    from kafkalite.wire.messages.update_features import UpdateFeaturesRequest

    FeatureUpdateKey = UpdateFeaturesRequest.FeatureUpdateKey

METADATA_VERSION: Final = "metadata.version"
TRANSACTION_VERSION: Final = "transaction.version"
GROUP_VERSION: Final = "group.version"

UPGRADE: Final = 1
SAFE_DOWNGRADE: Final = 2
UNSAFE_DOWNGRADE: Final = 3
"""UpdateFeatures' upgrade types."""


class Feature(NamedTuple):
    """A feature: the levels that can be had, and the level of a new cluster."""

    name: str
    lowest: int
    highest: int
    initial: int


FEATURES: Final = {
    feature.name: feature
    for feature in (
        # What our metadata records look like is none of Kafka's business: the level is fixed, and tells clients which
        # release we are like.
        Feature(METADATA_VERSION, 7, 33, 33),
        # 0, 1: EndTxn 5 and implicit partitions are not offered to clients. 2: KIP-890.
        Feature(TRANSACTION_VERSION, 0, 2, 2),
        # 0: consumer groups (KIP-848) are not offered to clients.
        Feature(GROUP_VERSION, 0, 1, 1),
    )
}


def update_features(image: ClusterImage, updates: Sequence[FeatureUpdateKey], node_id: int) -> list[MetadataRecord]:
    """Return the records that carry out a request whose updates say an upgrade type (v1); raises KafkaError 95 for the
    first that cannot be, and then none is.
    """
    records: list[MetadataRecord] = []
    for update in updates:
        problem = _problem(image, update, node_id)
        if problem is not None:
            raise KafkaError(
                ErrorCode.INVALID_UPDATE_VERSION,
                f"The update failed for all features since the following feature had an error: {problem}",
            )
        if update.max_version_level != image.feature_level(update.feature):
            records.append({"type": "feature", "name": update.feature, "level": update.max_version_level})
    return records


def _problem(image: ClusterImage, update: FeatureUpdateKey, node_id: int) -> str | None:
    name, level, kind = update.feature, update.max_version_level, update.upgrade_type
    feature = FEATURES.get(name)
    reason = None
    if feature is None:
        reason = f"Local controller {node_id} does not support this feature."
    elif kind not in (UPGRADE, SAFE_DOWNGRADE, UNSAFE_DOWNGRADE):
        reason = "The controller does not support the given upgrade type."
    elif level < 0:
        reason = "A feature version cannot be less than 0."
    elif not feature.lowest <= level <= feature.highest:
        reason = f"Local controller {node_id} only supports versions {feature.lowest}-{feature.highest}"
    else:
        current = image.feature_level(name)
        if level > current and kind != UPGRADE:
            reason = "Can't downgrade to a newer version."
        elif level < current and kind == UPGRADE:
            reason = (
                "Can't downgrade the version of this feature without setting the upgrade type to either safe or "
                "unsafe downgrade."
            )
        elif level < current and name == METADATA_VERSION:
            reason = "The metadata version of this broker is fixed."
    return None if reason is None else f"Invalid update version {level} for feature {name}. {reason}"
