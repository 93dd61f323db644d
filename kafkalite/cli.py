"""The command line: options and sources of configuration become `Settings`, and the process says how it went.

stdout carries one line, when the broker is ready; the log goes to stderr. Exit codes: 0 stopped as asked, 1 cannot
start or go on (what to do is said), 2 bad configuration (key and allowed values are said).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import ipaddress
import logging
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from kafkalite import __version__
from kafkalite.config import BrokerConfig, ConfigError, Listener
from kafkalite.config.listeners import parse_listeners
from kafkalite.settings import LostDisk, Ready, Settings, StartError

log = logging.getLogger(__name__)

BAD_CONFIGURATION = 2
CANNOT_START = 1
YOUNG_OBJECTS = 10_000
"""So many new ones make Python look for rubbish. Python's own 700 suits less: a thousand new topics made it look 58
times at what they consist of, for a fifth of their time. Next to all that a broker drops is freed without such a look.
"""

INTERRUPTED = 130
"""What shells expect of a program that ^C ended before it could stop in order."""

UNITS = {"b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40}

LOG_LEVELS = ("debug", "info", "warning", "error")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    started_at = time.monotonic() - time.process_time()  # the interpreter has been at work before it came here
    options = _parser().parse_args(arguments)
    set_up_logging(options.log_level)
    try:
        settings = _settings(options, os.environ, started_at)
        _guard_public_listeners(settings.listeners, insecure_public=options.insecure_public)
    except ConfigError as error:
        return _fail(error, BAD_CONFIGURATION)
    for notice in settings.config.notices:
        log.log(logging.WARNING if notice.warning else logging.INFO, "%s", notice.text)
    _raise_file_limit()
    return _run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kafkalite", description="A Kafka broker.", allow_abbrev=False)
    parser.add_argument("properties", nargs="?", type=Path, metavar="server.properties", help="Kafka's own settings")
    parser.add_argument(
        "--listen",
        type=_address,
        metavar="HOST:PORT",
        help="default 127.0.0.1:9092; port 0 takes a free one; [::1]:9092",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--data-dir",
        action="append",
        default=[],
        metavar="DIR",
        help="default ./kafkalite-data; several, each on a disk of its own, share the partitions",
    )
    where.add_argument("--memory", action="store_true", help="keep everything in memory, nothing survives")
    parser.add_argument(
        "--memory-limit",
        type=_size,
        metavar="SIZE",
        help="how much that may be, such as 512MiB or 2GiB; default half of the machine's memory",
    )
    parser.add_argument(
        "--override",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="one setting; stronger than file and environment",
    )
    parser.add_argument(
        "--port-file", type=Path, metavar="FILE", help="gets one line, host:port, once the broker answers"
    )
    parser.add_argument("--log-level", choices=LOG_LEVELS, default="info", help="default info; the log goes to stderr")
    parser.add_argument(
        "--insecure-public",
        action="store_true",
        help="listen beyond this machine although there is no TLS and no login",
    )
    parser.add_argument("--version", action="version", version=f"kafkalite {__version__}")
    return parser


def _address(text: str) -> str:
    """Return the `listeners` entry that `--listen` stands for."""
    entry = f"PLAINTEXT://{text}"
    try:
        parse_listeners("listeners", [entry])
    except ConfigError:
        raise argparse.ArgumentTypeError(
            f"HOST:PORT is wanted, such as 127.0.0.1:9092 or [::1]:9092, not {text!r}"
        ) from None
    return entry


def _size(text: str) -> int:
    """Return the bytes of a size such as `512MiB`, `2 GiB` or `1000000`."""
    match = re.fullmatch(r"([0-9]+)\s*(B|KiB|MiB|GiB|TiB)?", text.strip(), re.IGNORECASE)
    size = int(match[1]) * UNITS[(match[2] or "B").lower()] if match is not None else 0
    if not size:
        raise argparse.ArgumentTypeError(f"a size is wanted, such as 512MiB, 2GiB or 1000000, not {text!r}")
    return size


def _settings(options: argparse.Namespace, environ: Mapping[str, str], started_at: float) -> Settings:
    overrides: list[str | tuple[str, str]] = [*options.override]
    if options.listen is not None:
        overrides.append(("listeners", options.listen))
    if options.data_dir:
        overrides.append(("log.dirs", ",".join(options.data_dir)))
    if options.memory_limit is not None and not options.memory:
        raise ConfigError("--memory-limit is for --memory")
    config = BrokerConfig.load(options.properties, overrides, environ)
    return Settings(
        config=config,
        listeners=config.listeners,
        memory=options.memory,
        memory_limit=options.memory_limit,
        port_file=options.port_file,
        started_at=started_at,
    )


def _guard_public_listeners(listeners: Sequence[Listener], *, insecure_public: bool) -> None:
    """Without TLS and login a listener beyond loopback is open to everybody: only for those who say so."""
    public = [listener.address for listener in listeners if not _is_loopback(listener.host)]
    if public and not insecure_public:
        raise ConfigError(
            f"listeners: {', '.join(public)} can be reached from other machines, and there is no TLS and no login yet: "
            "whoever connects may read, write and delete everything. "
            "Listen on 127.0.0.1, or add --insecure-public if that is meant.",
            "listeners",
        )
    for address in public:
        log.warning("%s is open without TLS or login: whoever connects may read, write and delete everything", address)


def _is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host; a name that resolves to nothing is not trusted."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback

    import socket  # only for a name

    try:
        found = socket.getaddrinfo(host, None) if host else []
    except OSError:
        return False
    addresses = {str(address[0]).partition("%")[0] for *_, address in found}
    return bool(addresses) and all(ipaddress.ip_address(address).is_loopback for address in addresses)


def _raise_file_limit() -> None:
    """Every connection and every segment is an open file: take as many as the system allows this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError) as error:  # macOS says "unlimited" and does not mean it
        log.info("open files stay limited to %d: %s", soft, error)


def _run(settings: Settings) -> int:
    gc.disable()  # until the broker answers: what modules make stays, and to look at it meanwhile is 5 % of a start
    gc.set_threshold(YOUNG_OBJECTS)
    code = 0
    try:
        # Only now: whoever has to correct a setting should not wait for the broker's modules.
        import trio

        from kafkalite.server.serve import serve

        trio.run(partial(serve, settings, ready=partial(_announce, settings)))
    except* (StartError, LostDisk) as group:
        for error in _leaves(group):
            code = _fail(error, CANNOT_START)
    except* KeyboardInterrupt:
        code = INTERRUPTED
    finally:
        gc.enable()
    return code


def _announce(settings: Settings, ready: Ready) -> None:
    addresses = ", ".join(listener.address for listener in ready.listeners)
    milliseconds = (time.monotonic() - settings.started_at) * 1000
    print(
        f"kafkalite {__version__} ready on {addresses}; node {ready.node_id}, cluster {ready.cluster_id}, "
        f"store {ready.store}, started in {milliseconds:.0f} ms",
        flush=True,
    )


def _leaves(group: BaseExceptionGroup[StartError | LostDisk]) -> list[StartError | LostDisk]:
    found: list[StartError | LostDisk] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def _fail(error: Exception, code: int) -> int:
    for line in str(error).splitlines():
        print(f"kafkalite: error: {line}", file=sys.stderr)
    return code


# --- log ---


class LineFormatter(logging.Formatter):
    """One readable line per event: time, level, who, what. What clients send cannot begin a line of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03d %(levelname)-7s %(who)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.who = record.name.removeprefix("kafkalite.")
        if not record.message.isprintable():
            record.message = "".join(
                character if character.isprintable() else repr(character)[1:-1] for character in record.message
            )
        return super().formatMessage(record)


def set_up_logging(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
