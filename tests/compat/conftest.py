"""Options, the broker of the session, and the summary of what was skipped."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import raw
from .brokers import COMMANDS, Broker, BrokerProcess
from .cache import Unavailable
from .clients import CLIENTS, TRANSACTIONAL_CLIENTS, Client, Launch
from .halts import LONGEST_COMPUTING_MS, WATCHDOG, Halt, halts, summary
from .matrix.results import Recorder
from .pool import Pool
from .scenarios import Scenario

MISSING = pytest.StashKey[dict[str, str]]()
HALTS = pytest.StashKey[list[Halt]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kafkalite compatibility")
    group.addoption("--bootstrap", metavar="HOST:PORT", help="use this running broker instead of starting one")
    group.addoption("--broker", choices=list(COMMANDS), help="which broker to start (default kafkalite)")
    group.addoption("--client", action="append", metavar="NAME", help="only this client; may be repeated")
    group.addoption("--scenario", action="append", metavar="NAME", help="of test_clients.py; may be repeated")
    group.addoption("--cells", metavar="FILE", help="write what becomes of each scenario there, a line each")
    group.addoption("--inputs", type=int, help="how many messages test_exactly_once transforms, per client")
    group.addoption("--kill-seconds", type=int, help="how long members are killed, for all clients (default 6, one)")
    group.addoption("--rounds", type=int, help="how often test_kill_nine kills the broker, per client")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = {}
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that brokers and clients end, too


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("client", None)
    known = {client.name for client in (*CLIENTS, *TRANSACTIONAL_CLIENTS)}
    if unknown := set(wanted or ()) - known:
        raise pytest.UsageError(f"--client {', '.join(unknown)}: the clients are {', '.join(sorted(known))}")
    scenarios = config.getoption("scenario", None)
    if wanted or scenarios:
        others = [item for item in items if not (is_wanted(client_of(item), wanted) and plays(item, scenarios))]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def is_wanted(client: str | None, wanted: list[str] | None) -> bool:
    return wanted is None or client is None or client in wanted


def plays(item: pytest.Item, scenarios: list[str] | None) -> bool:
    """Whether it is one of these scenarios, where the option is given."""
    scenario = getattr(item, "callspec", None) and item.callspec.params.get("scenario")  # type: ignore[attr-defined]
    return scenarios is None or (isinstance(scenario, Scenario) and scenario.name in scenarios)


def client_of(item: pytest.Item) -> str | None:
    """The client that a test drives; most drive none."""
    client = getattr(getattr(item, "callspec", None), "params", {}).get("client")
    return client.name if isinstance(client, Client) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, reason in config.stash[MISSING].items():
        terminalreporter.write_line(f"CLIENT SKIPPED {name}: {reason}", yellow=True, bold=True)
    if HALTS in config.stash:
        terminalreporter.write_line(summary(config.stash[HALTS]))


@pytest.fixture(scope="session")
def session_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    bootstrap = request.config.getoption("bootstrap", None)
    if bootstrap:
        yield Broker(bootstrap)
        return
    process = new_broker(request, tmp_path_factory.mktemp("broker"))
    yield process
    if process.alive():
        assert process.stop() == 0
    if process.kind == "kafkalite":
        assert "Traceback" not in process.log(), f"the broker met a bug of its own:\n{process.log()[-5000:]}"
        found = request.config.stash[HALTS] = halts(process.log())
        assert not found or found[0].computing_ms <= LONGEST_COMPUTING_MS, process.log()[-9000:]


@pytest.fixture
def broker(session_broker: Broker) -> Broker:
    """The broker of the session, started again if the test before brought it down."""
    if isinstance(session_broker, BrokerProcess) and not session_broker.alive():
        session_broker.start()
    return session_broker


def new_broker(request: pytest.FixtureRequest, directory: Path) -> BrokerProcess:
    kind = broker_kind(request)
    process = BrokerProcess(kind, directory, [WATCHDOG] if kind == "kafkalite" else [])
    process.start()
    return process


@pytest.fixture
def own_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    """One that a test may stop and kill."""
    broker = new_broker(request, tmp_path)
    yield broker
    if broker.alive():
        broker.kill_nine()


def broker_kind(request: pytest.FixtureRequest) -> str:
    """For tests that need a broker of their own to stop and kill."""
    if request.config.getoption("bootstrap", None):
        pytest.skip("the broker behind --bootstrap is not ours to stop")
    return request.config.getoption("broker", None) or "kafkalite"


class Launches:
    """How each client's driver starts: found out once per session, and missing clients remembered for the summary."""

    def __init__(self, missing: dict[str, str]) -> None:
        self._missing = missing
        self._ready: dict[str, Launch] = {}

    def of(self, client: Client) -> Launch:
        return self._launch(client.name, client.prepare)

    def of_transactions(self, client: Client) -> Launch:
        """The program for transactions of one of TRANSACTIONAL_CLIENTS."""
        assert client.transactions is not None
        return self._launch(f"{client.name}, transactions", client.transactions)

    def _launch(self, name: str, prepare: Callable[[], Launch]) -> Launch:
        if name not in self._ready and name not in self._missing:
            try:
                self._ready[name] = prepare()
            except Unavailable as reason:
                self._missing[name] = str(reason)
        if name in self._missing:
            pytest.skip(f"{name}: {self._missing[name]}")
        return self._ready[name]


@pytest.fixture(scope="session")
def launches(request: pytest.FixtureRequest) -> Launches:
    return Launches(request.config.stash[MISSING])


@pytest.fixture(scope="session")
def pool(session_broker: Broker) -> Iterator[Pool]:
    pool = Pool()
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    path = request.config.getoption("cells", None)
    if path is None:
        yield Recorder(None)
        return
    with open(path, "w") as output:
        yield Recorder(output)


@pytest.fixture
def connection(broker: Broker) -> Iterator[raw.Connection]:
    with broker.connect() as connection:
        yield connection


@pytest.fixture
def topic(connection: raw.Connection) -> str:
    """A new topic with two partitions."""
    name = raw.unique("raw")
    raw.create_topic(connection, name, 2)
    return name
