"""Record every client's tour against Apache Kafka 4.4 again: `python -m tests.compat.make_recordings [NAME]...`.

For each a new Kafka starts, the client takes its tour (tours.py) through `scripts/record`, and what was written goes to
`recordings/NAME.jsonl.zst`. A client that is not installed keeps the recording it has. `--unpack NAME` prints one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cramjam

from . import tour_of_requests, tours
from .brokers import BrokerProcess
from .cache import REPOSITORY, Unavailable
from .clients import CLIENT, CLIENTS, TRANSACTIONAL_CLIENTS, Client, Launch
from .tour_of_requests import NO_CLIENT
from .tours import KAFKAS_TOOLS, Recorded, Tour

RECORDINGS = Path(__file__).parent / "recordings"
SUFFIX = ".jsonl.zst"
LEVEL = 19


class Recording(NamedTuple):
    name: str
    client: Client
    prepare: Callable[[], Launch] | None
    tour: Tour


EVERY_RECORDING = (
    *(
        Recording(one.name, one, one.prepare, tours.general if one.kind == CLIENT else tours.framework)
        for one in CLIENTS
    ),
    *(
        Recording(f"{one.name}-transactions", one, one.transactions, tours.transactions)
        for one in TRANSACTIONAL_CLIENTS
    ),
    Recording(NO_CLIENT.name, NO_CLIENT, NO_CLIENT.prepare, tour_of_requests.requests),
    Recording(KAFKAS_TOOLS.name, KAFKAS_TOOLS, KAFKAS_TOOLS.prepare, tours.tools),
)


def main(arguments: Sequence[str] | None = None) -> int:
    names = {recording.name for recording in EVERY_RECORDING}
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*names, []], metavar="NAME", help=f"one of {sorted(names)}")
    parser.add_argument("--unpack", metavar="NAME", help="print the lines of this recording, and record nothing")
    options = parser.parse_args(arguments)
    if options.unpack:
        sys.stdout.write(lines_of(options.unpack))
        return 0
    failed = 0
    for recording in EVERY_RECORDING:
        if recording.name in (options.names or names):
            failed += not record(recording)
    return 1 if failed else 0


def lines_of(name: str) -> str:
    packed = (RECORDINGS / f"{name}{SUFFIX}").read_bytes()
    return bytes(cramjam.zstd.decompress(packed)).decode()


def record(recording: Recording) -> bool:
    begin = time.monotonic()
    try:
        assert recording.prepare is not None, "the client has no such driver"
        launch = recording.prepare()
    except Unavailable as reason:
        print(f"{recording.name}: left as it is: {reason}", flush=True)
        return True
    with tempfile.TemporaryDirectory(prefix="recording-") as directory:
        work = Path(directory)
        try:
            lines = recorded(recording, launch, work)
        except Exception as error:
            print(f"{recording.name}: FAILED: {type(error).__name__}: {error}", flush=True)
            traceback.print_exc()
            return False
    packed = bytes(cramjam.zstd.compress(lines, level=LEVEL))
    RECORDINGS.mkdir(exist_ok=True)
    (RECORDINGS / f"{recording.name}{SUFFIX}").write_bytes(packed)
    took = time.monotonic() - begin
    print(f"{recording.name}: {lines.count(10)} lines, {len(packed)} bytes, {took:.0f} s", flush=True)
    return True


def recorded(recording: Recording, launch: Launch, work: Path) -> bytes:
    kafka = BrokerProcess("apache-kafka", work, tours.KEEP)
    kafka.start()
    try:
        tours.prepare(kafka.address)
        with proxy(kafka.address, work) as address:
            recording.tour(recording.client, launch, Recorded(address, kafka.address), work)
    finally:
        kafka.stop()
    return (work / "lines").read_bytes()


@contextlib.contextmanager
def proxy(upstream: str, work: Path) -> Iterator[str]:
    """The address of `scripts/record` in front of a broker; it writes to `lines`, whole."""
    port_file = work / "proxy-port"
    command = [sys.executable, "-m", "scripts.recording", "--upstream", upstream, "--whole"]
    command += ["--out", str(work / "lines"), "--port-file", str(port_file)]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=os.environ, stderr=subprocess.DEVNULL)
    try:
        while not port_file.exists():
            assert process.poll() is None, "the proxy did not start"
            time.sleep(0.01)
        yield port_file.read_text().strip()
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
