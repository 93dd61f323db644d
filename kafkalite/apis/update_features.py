"""UpdateFeatures (57): set the finalized levels of features, all of a request or none.

`transaction.version` can be 0, 1 or 2: below 2 clients use the transactions of before KIP-890. `metadata.version` is
fixed. What cannot be is 95 for the whole request, with the reason. The level a feature has already changes nothing.
v1 upgrade type (1 upgrade, 2 and 3 downgrade), before that allow_downgrade; validate_only · v2 no result per feature
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkalite.core.cluster.features import SAFE_DOWNGRADE, UPGRADE
from kafkalite.storage.segment_store import StorageError
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.update_features import UpdateFeaturesRequest, UpdateFeaturesResponse

if TYPE_CHECKING:
    from kafkalite.apis.context import Context

_Result = UpdateFeaturesResponse.UpdatableFeatureResult

_UPGRADE_TYPE = 1
_NO_RESULTS = 2


async def handle(message: UpdateFeaturesRequest, context: Context) -> UpdateFeaturesResponse:
    updates = message.feature_updates
    if context.version < _UPGRADE_TYPE:
        for update in updates:
            update.upgrade_type = SAFE_DOWNGRADE if update.allow_downgrade else UPGRADE
    try:
        await context.broker.cluster.update_features(updates, validate_only=message.validate_only)
    except KafkaError as error:
        return UpdateFeaturesResponse(error_code=error.code, error_message=error.message)
    except StorageError as error:
        return UpdateFeaturesResponse(error_code=ErrorCode.FEATURE_UPDATE_FAILED, error_message=str(error))
    results = [_Result(feature=update.feature, error_message="NONE") for update in updates]
    return UpdateFeaturesResponse(error_message=None, results=[] if context.version >= _NO_RESULTS else results)
