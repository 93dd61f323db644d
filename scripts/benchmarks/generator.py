"""The load generator: C on the librdkafka of the confluent-kafka wheel, built on the spot and kept in the cache."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import confluent_kafka

from tests.compat import cache

SOURCES = Path(__file__).parent / "load"
RUN_SECONDS = 180.0


class Failed(Exception):
    """What the load generator said."""


@functools.cache
def program() -> Path:
    """The built load generator; built again when its source, or the library, is another."""
    return cache.c_program(SOURCES, Path(confluent_kafka.__file__).parent.parent)


def command(job: str, settings: Mapping[str, str], arguments: Mapping[str, Any]) -> list[str]:
    options = [option for name, value in settings.items() for option in ("-X", f"{name}={value}")]
    return [str(program()), job, *(f"{name.replace('_', '-')}={value}" for name, value in arguments.items()), *options]


def run(job: str, settings: Mapping[str, str] | None = None, /, **arguments: Any) -> dict[str, Any]:
    """One run of one job; `settings` are librdkafka's."""
    try:
        done = subprocess.run(
            command(job, settings or {}, arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"load {job} did not end within {RUN_SECONDS:.0f} s") from None
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        raise Failed(f"load {job}: {lines[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextlib.contextmanager
def going_on(job: str, **arguments: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The job runs while the body does, and must not end before."""
    nothing, words = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(command(job, {}, arguments), stdin=nothing, stdout=nothing, stderr=words) as process:
        try:
            yield process
            if process.poll() is not None:
                raise Failed(f"load {job} ended: {process.communicate()[1].decode().strip()}")
        finally:
            process.kill()


def librdkafka_version() -> str:
    return str(confluent_kafka.libversion()[0])
