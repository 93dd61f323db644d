"""Every client through every scenario it can do. `scripts/compat` shows what comes of it as a table."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from .brokers import Broker
from .clients import CLIENTS, Client
from .conftest import Launches
from .matrix.results import Recorder
from .pool import Pool
from .scenarios import Scenario, Stage, scenarios_for

CASES = [
    pytest.param(client, scenario, id=f"{client.name}-{scenario.name}")
    for client in CLIENTS
    for scenario in scenarios_for(client)
    if not set(scenario.needs) & client.cannot.keys()
]


@pytest.mark.parametrize(("client", "scenario"), CASES)
def test_scenario(
    client: Client,
    scenario: Scenario,
    broker: Broker,
    launches: Launches,
    pool: Pool,
    recorder: Recorder,
    tmp_path: Path,
) -> None:
    if scenario.restarts and not broker.can_restart:
        pytest.skip("nobody said how to restart the broker behind --bootstrap")
    launch = launches.of(client)
    with recorder.record(client, scenario) as record, ExitStack() as exits:
        stage = Stage(client, launch, broker, tmp_path, exits, pool, lambda: launches.of_transactions(client))
        record.stage = stage
        scenario.run(stage)
