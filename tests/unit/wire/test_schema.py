"""Schemas: a message's fields in one version."""

from __future__ import annotations

import pytest

from kafkalite.wire.messages.fetch import FetchRequest
from kafkalite.wire.messages.join_group import JoinGroupRequest
from kafkalite.wire.messages.metadata import MetadataRequest
from kafkalite.wire.schema import schema


def test_fields_are_sorted_by_what_the_version_does_with_them() -> None:
    fetch = schema(FetchRequest, 15)
    assert [field.name for field in fetch.tagged] == ["cluster_id", "replica_state"]
    assert [field.name for field in fetch.absent] == ["replica_id"]
    assert "topics" in [field.name for field in fetch.fields]
    assert schema(FetchRequest, 4).tagged == []


def test_flexible_and_nullable_depend_on_the_version() -> None:
    assert [schema(MetadataRequest, version).is_flexible for version in (8, 9)] == [False, True]
    assert [schema(MetadataRequest, version).fields[0].is_nullable for version in (0, 1)] == [False, True]


@pytest.mark.parametrize(("version", "size"), [(0, 2 + 4 + 2 + 2 + 4), (5, 2 + 4 + 4 + 2 + 2 + 2 + 4), (6, 14)])
def test_the_smallest_size(version: int, size: int) -> None:
    assert schema(JoinGroupRequest, version).smallest_size() == size


def test_the_smallest_element_holds_the_count_of_an_array() -> None:
    join = schema(JoinGroupRequest, 0)
    protocols = next(field for field in join.fields if field.name == "protocols")
    assert join.smallest_element(protocols) == 2 + 4
    assert join.smallest_field(protocols) == 4


def test_a_version_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="JoinGroupRequest has versions 0-9, not 10"):
        schema(JoinGroupRequest, 10)
