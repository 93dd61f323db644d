"""The load generator: C on the librdkafka of the confluent-kafka wheel, built on the spot and kept in the cache."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import confluent_kafka

from tests.compat import cache

SOURCES = Path(__file__).parent / "load"
FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
RUN_SECONDS = 180.0


class Unavailable(Exception):
    """What this machine lacks to run the row."""


class Failed(Exception):
    """What the load generator said."""


@functools.cache
def program() -> Path:
    """The built load generator; built again when its source, or the library, is another."""
    sources = sorted(SOURCES.glob("*.[ch]"))
    library = librdkafka()
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources) + str(library).encode()).hexdigest()[:16]
    built = cache.root() / "load" / f"load-{digest}"
    if built.is_file():
        return built
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Unavailable("no C compiler (cc, gcc, clang) for the load generator")
    built.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=built.parent) as work:
        made = Path(work, "load")
        code = [str(path) for path in sources if path.suffix == ".c"]
        command = [compiler, *FLAGS, "-o", str(made), *code, str(library), f"-Wl,-rpath,{library.parent}", "-lpthread"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"the load generator does not build:\n{done.stderr}")
        made.rename(built)
    return built


def librdkafka() -> Path:
    """The shared library that the wheel carries beside its package."""
    found = sorted(Path(confluent_kafka.__file__).parent.parent.glob("confluent_kafka.libs/librdkafka-*.so*"))
    if not found:
        raise Unavailable("this confluent-kafka has no librdkafka of its own (its Linux wheels do)")
    return found[0]


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
