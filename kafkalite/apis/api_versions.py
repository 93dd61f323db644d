"""ApiVersions (18): which APIs in which versions, and which features.

An unsupported version is answered in v0 form with error 35 and only this API's range (KIP-511).
v3 client software name and version, features · v4 features with minimum 0 · v5 cluster id and node id (KIP-1242)
"""

from __future__ import annotations

import re

from kafkalite.apis.context import Context
from kafkalite.apis.table import APIS, BY_KEY
from kafkalite.core.cluster.features import FEATURES
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse

_SOFTWARE_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?")

_KEYS = [
    ApiVersionsResponse.ApiVersion(api_key=api.key, min_version=api.advertise[0], max_version=api.advertise[1])
    for api in APIS
]


def handle(message: ApiVersionsRequest, context: Context) -> ApiVersionsResponse:
    error = _refusal(message, context)
    if error is not ErrorCode.NONE:
        return ApiVersionsResponse(error_code=error)
    if context.version >= 3:
        context.session.software = (message.client_software_name, message.client_software_version)
    image = context.broker.cluster.image
    return ApiVersionsResponse(
        api_keys=_KEYS,
        supported_features=[
            ApiVersionsResponse.SupportedFeatureKey(name=one.name, min_version=one.lowest, max_version=one.highest)
            for one in FEATURES.values()
            if one.lowest > 0 or context.version >= 4  # clients before v4 cannot read a minimum of 0 (KAFKA-17011)
        ],
        finalized_features_epoch=image.revision,
        finalized_features=[
            ApiVersionsResponse.FinalizedFeatureKey(name=name, min_version_level=level, max_version_level=level)
            for name in FEATURES
            if (level := image.feature_level(name))
        ],
    )


def unsupported_version() -> ApiVersionsResponse:
    """Return the answer, to be encoded as v0, for a version we do not know."""
    low, high = BY_KEY[18].advertise
    ours = ApiVersionsResponse.ApiVersion(api_key=18, min_version=low, max_version=high)
    return ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=[ours])


def _refusal(message: ApiVersionsRequest, context: Context) -> ErrorCode:
    if context.version >= 3:
        named = (message.client_software_name, message.client_software_version)
        if not all(_SOFTWARE_NAME.fullmatch(text) for text in named):
            return ErrorCode.INVALID_REQUEST
    cluster_given, node_given = message.cluster_id is not None, message.node_id != -1
    if cluster_given != node_given:
        return ErrorCode.INVALID_REQUEST
    if cluster_given and (message.cluster_id, message.node_id) != (context.broker.cluster_id, context.broker.node_id):
        return ErrorCode.REBOOTSTRAP_REQUIRED
    return ErrorCode.NONE
