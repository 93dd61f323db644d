"""Every client through every scenario it can do."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .brokers import Broker
from .clients import CLIENTS, Client
from .conftest import Launches
from .scenarios import SCENARIOS, Scenario, Stage

CASES = [
    pytest.param(client, scenario, id=f"{client.name}-{scenario.name}")
    for client in CLIENTS
    for scenario in SCENARIOS
    if not set(scenario.needs) & client.cannot.keys()
]


@pytest.fixture
def exits() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(("client", "scenario"), CASES)
def test_scenario(
    client: Client, scenario: Scenario, broker: Broker, launches: Launches, tmp_path: Path, exits: ExitStack
) -> None:
    if scenario.restarts and not broker.can_restart:
        pytest.skip("nobody said how to restart the broker behind --bootstrap")
    scenario.run(Stage(client, launches.of(client), broker, tmp_path, exits))
