"""The command line: what becomes of its options, what it says and with which code it ends.

The broker itself is replaced by a `serve` of the test's own, except where the process ends before there would be one.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import re
import subprocess
import sys
import time
import types
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import trio

from kafkalite import __version__, cli
from kafkalite.config import Listener
from kafkalite.settings import Ready, Settings, StartError

ReadyCallback = Callable[[Ready], None]


class FakeBroker:
    """Stands in for `kafkalite.server.serve`: keeps the settings, says it is ready, and does what the test wants."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []
        self.then: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint

    async def serve(self, settings: Settings, *, ready: ReadyCallback) -> None:
        self.settings.append(settings)
        bound = [listener._replace(port=listener.port or 12345) for listener in settings.listeners]
        ready(Ready(bound, settings.config.int("node.id"), "a-cluster", "a store"))
        await self.then()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBroker]:
    fake = FakeBroker()
    module = types.ModuleType("kafkalite.server.serve")
    module.serve = fake.serve  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kafkalite.server.serve", module)
    for variable in [name for name in os.environ if name.startswith("KAFKA_")]:
        monkeypatch.delenv(variable)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield fake
    root.handlers[:] = handlers
    root.setLevel(level)


def started(broker: FakeBroker, *arguments: str) -> Settings:
    assert cli.main(arguments) == 0
    return broker.settings[-1]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must end with code 2, and return what it said."""
    try:
        code = cli.main(arguments)
    except SystemExit as exit:  # argparse ends the process by itself
        code = int(exit.code or 0)
    assert code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


# --- options ---


def test_without_options_it_listens_on_loopback_and_keeps_data_here(broker: FakeBroker) -> None:
    settings = started(broker)
    assert settings.listeners == (Listener("PLAINTEXT", "127.0.0.1", 9092),)
    assert settings.config.log_directories == (Path.cwd() / "kafkalite-data",)
    assert (settings.memory, settings.memory_limit, settings.port_file) == (False, None, None)


def test_options_become_settings(broker: FakeBroker, tmp_path: Path) -> None:
    options = [
        "--listen",
        "[::1]:0",
        "--data-dir",
        str(tmp_path),
        "--port-file",
        "port",
        "--override",
        "num.partitions=3",
    ]
    settings = started(broker, *options)
    assert settings.listeners == (Listener("PLAINTEXT", "::1", 0),)
    assert settings.config.log_directories == (tmp_path,)
    assert settings.config.value("log.dirs") == [str(tmp_path)]
    assert settings.port_file == Path("port")
    assert settings.config.int("num.partitions") == 3


def test_several_directories_are_options(broker: FakeBroker) -> None:
    settings = started(broker, "--data-dir", "/one", "--data-dir", "two")
    assert settings.config.log_directories == (Path("/one"), Path.cwd() / "two")
    assert settings.config.metadata_directory == Path("/one")


def test_memory_is_an_option(broker: FakeBroker) -> None:
    assert started(broker, "--memory").memory is True


@pytest.mark.parametrize(
    ("text", "size"), [("512MiB", 512 << 20), ("2gib", 2 << 30), ("1 TiB", 1 << 40), ("3KiB", 3 << 10), ("77", 77)]
)
def test_memory_has_a_limit(broker: FakeBroker, text: str, size: int) -> None:
    assert started(broker, "--memory", "--memory-limit", text).memory_limit == size


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5GiB", "2GB", "much"])
def test_a_limit_that_is_no_size_is_refused_with_examples(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert "such as 512MiB" in refused(capsys, "--memory", "--memory-limit", text)


def test_a_limit_without_memory_is_refused(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--memory-limit is for --memory" in refused(capsys, "--memory-limit", "1GiB")


def test_a_file_and_the_environment_are_read(
    broker: FakeBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "server.properties"
    path.write_text("listeners=PLAINTEXT://127.0.0.1:19092\nnode.id=7\n")
    monkeypatch.setenv("KAFKA_NODE_ID", "8")
    settings = started(broker, str(path))
    assert settings.port == 19092
    assert settings.config.int("node.id") == 8


def test_a_flag_is_stronger_than_an_override(broker: FakeBroker) -> None:
    assert started(broker, "--listen", "127.0.0.1:1", "--override", "listeners=PLAINTEXT://127.0.0.1:2").port == 1


# --- refusals: exit 2 ---


@pytest.mark.parametrize("address", ["9092", "127.0.0.1", "::1:9092", "h:99999", "h:x"])
def test_an_address_that_is_none_is_refused_with_examples(capsys: pytest.CaptureFixture[str], address: str) -> None:
    assert "such as 127.0.0.1:9092 or [::1]:9092" in refused(capsys, "--listen", address)


def test_a_bad_value_is_refused_with_key_and_rule(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "--override", "num.partitions=0") == (
        "kafkalite: error: Invalid value 0 for configuration num.partitions: Value must be at least 1 (--override)\n"
    )


def test_every_fault_has_its_line(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--override", "num.partitions=0", "--override", "nonsense=1")
    assert [line.startswith("kafkalite: error: ") for line in said.splitlines()] == [True, True]


def test_a_file_that_is_not_there_is_refused(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot read none.properties: No such file" in refused(capsys, "none.properties")


def test_memory_and_a_data_directory_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert "not allowed with" in refused(capsys, "--memory", "--data-dir", "d")


@pytest.mark.parametrize(
    "address", ["0.0.0.0:9092", ":9092", "[::]:9092", "192.0.2.1:9092", "no-such-host.invalid:9092"]
)
def test_an_open_listener_beyond_this_machine_is_refused(
    broker: FakeBroker, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert "--insecure-public" in refused(capsys, "--listen", address)
    assert broker.settings == []


def test_an_open_listener_is_allowed_to_whoever_says_so_and_warned_of(
    broker: FakeBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    assert started(broker, "--listen", "0.0.0.0:9092", "--insecure-public").host == "0.0.0.0"
    assert "WARNING cli: 0.0.0.0:9092 is open without TLS or login" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"])
def test_loopback_needs_no_permission(broker: FakeBroker, capsys: pytest.CaptureFixture[str], host: str) -> None:
    started(broker, "--listen", f"{host}:9092")
    assert capsys.readouterr().err == ""


def test_a_process_with_a_bad_configuration_exits_2_before_it_loads_the_broker() -> None:
    script = (
        "import sys; from kafkalite.cli import main; code = main(['--override', 'a=b']); print('trio' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{script}; sys.exit(code)"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "False\n")


NOT_FOR_A_START = (
    "encodings.idna",
    "kafkalite.broker.coordinators",
    "kafkalite.broker.storing",
    "kafkalite.broker.transactions",
    "kafkalite.core.cluster.alter_configs",
    "kafkalite.core.fetch_sessions",
    "kafkalite.core.log.compaction",
    "kafkalite.storage.interrupted",
    "kafkalite.storage.memory",
    "kafkalite.storage.swap",
    "kafkalite.wire.messages.create_topics",
    "kafkalite.wire.messages.fetch",
    "kafkalite.wire.messages.produce",
)


def test_a_start_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    script = f"""
import os, signal, sys
from kafkalite import cli
loaded = []
def announce(settings, ready):
    loaded.extend(name for name in {NOT_FOR_A_START!r} if name in sys.modules)
    os.kill(os.getpid(), signal.SIGTERM)
cli._announce = announce
code = cli.main(["--listen", "127.0.0.1:0", "--data-dir", {str(tmp_path / "data")!r}])
print(loaded)
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


# --- the run: exit 0, exit 1 ---


def test_ready_is_one_line_on_stdout(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    started(broker, "--listen", "127.0.0.1:0", "--override", "node.id=4")
    assert re.fullmatch(
        rf"kafkalite {re.escape(__version__)} ready on 127\.0\.0\.1:12345; node 4, cluster a-cluster, "
        r"store a store, started in \d+ ms\n",
        capsys.readouterr().out,
    )


def test_start_time_counts_from_the_start_of_the_process(broker: FakeBroker) -> None:
    settings = started(broker)
    assert 0 < settings.started_at < time.monotonic()


def test_what_cannot_start_exits_1_with_a_sentence(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    async def fail() -> None:
        async with trio.open_nursery():  # which puts it into a group
            raise StartError("port 9092 is in use. Stop who uses it.")

    broker.then = fail
    assert cli.main([]) == 1
    assert capsys.readouterr().err == "kafkalite: error: port 9092 is in use. Stop who uses it.\n"


def test_a_bug_is_no_sentence(broker: FakeBroker) -> None:
    async def fail() -> None:
        raise RuntimeError("a bug")

    broker.then = fail
    with pytest.raises(RuntimeError, match="a bug"):
        cli.main([])


def test_an_interrupt_outside_the_brokers_own_handling_ends_as_shells_expect(broker: FakeBroker) -> None:
    async def interrupt() -> None:
        raise KeyboardInterrupt

    broker.then = interrupt
    assert cli.main([]) == 130


@pytest.mark.parametrize("reason", [None, StartError("no"), KeyboardInterrupt(), ZeroDivisionError()], ids=repr)
def test_rubbish_is_collected_again_whatever_became_of_the_run(
    broker: FakeBroker, reason: BaseException | None
) -> None:
    async def end() -> None:
        assert not gc.isenabled()
        if reason is not None:
            raise reason

    broker.then = end
    with contextlib.suppress(ZeroDivisionError):
        cli.main([])
    assert gc.isenabled()


def test_open_files_are_raised_to_what_the_system_allows(broker: FakeBroker) -> None:
    resource = pytest.importorskip("resource")
    started(broker)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard


# --- the log ---


def line(level: int, text: str, name: str = "kafkalite.server.connection") -> str:
    record = logging.LogRecord(name, level, "", 0, text, None, None)
    return cli.LineFormatter().format(record)


def test_a_log_line_says_when_how_bad_who_and_what() -> None:
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO    server\.connection: closed", line(logging.INFO, "closed")
    )


def test_what_a_client_sends_cannot_begin_a_line_of_its_own() -> None:
    assert line(logging.INFO, "client a\nb\x1b[31m\u2028").endswith(r"client a\nb\x1b[31m\u2028")


def test_what_has_no_effect_is_in_the_log(broker: FakeBroker, capsys: pytest.CaptureFixture[str]) -> None:
    started(broker, "--override", "num.io.threads=3", "--override", "group.share.heartbeat.interval.ms=3000")
    said = capsys.readouterr().err
    assert re.search("INFO    cli: no effect: num.io.threads", said)
    assert re.search("WARNING cli: no effect: group.share.heartbeat.interval.ms", said)


def test_the_log_is_as_loud_as_asked(broker: FakeBroker) -> None:
    started(broker, "--log-level", "error")
    assert logging.getLogger().level == logging.ERROR


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for option in (
        "--listen",
        "--data-dir",
        "--memory",
        "--override",
        "--port-file",
        "--log-level",
        "--insecure-public",
    ):
        assert option in said
