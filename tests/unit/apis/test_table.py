"""The one table of APIs agrees with the message files, and costs nothing until it is used."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from kafkalite.apis.table import APIS, Api, Route, route


@pytest.mark.parametrize("api", APIS, ids=repr)
def test_a_row_is_the_messages_key_and_within_its_versions(api: Api) -> None:
    request = api.message_class("Request")
    assert api.key == request.API_KEY
    assert request.VERSIONS[0] <= api.versions[0] <= api.versions[1] <= request.VERSIONS[1]
    assert api.advertise[0] <= api.versions[0]
    assert api.advertise[1] == api.versions[1]


@pytest.mark.parametrize("api", APIS, ids=repr)
def test_a_row_has_a_handler_with_a_card(api: Api) -> None:
    found = Route(api, api.versions[1])
    assert list(inspect.signature(found.handle).parameters) == ["message", "context"]
    card = inspect.getmodule(found.handle).__doc__
    assert card is not None
    assert card.startswith(f"{api.name} ({api.key}): ")


def test_keys_are_unique_and_in_order() -> None:
    keys = [api.key for api in APIS]
    assert keys == sorted(set(keys))


def test_produce_tells_version_0_so_that_old_librdkafka_compresses() -> None:
    assert APIS[0].advertise == (0, 13)
    assert route(0, 2) is None


@pytest.mark.parametrize(("key", "version"), [(4, 0), (0, 14), (3, -1), (22, 6), (-1, 0), (30_000, 0)])
def test_what_we_do_not_answer_has_no_route(key: int, version: int) -> None:
    assert route(key, version) is None


def test_a_route_is_made_once() -> None:
    assert route(18, 3) is route(18, 3)


def test_importing_the_table_imports_no_message() -> None:
    code = (
        "import sys, kafkalite.apis.table; print([m for m in sys.modules if m.startswith('kafkalite.wire.messages.')])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
