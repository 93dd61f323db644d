"""Rows: what users of a Python client see, which is mostly the client."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.compat import cache

from .generator import Failed
from .peers import LOG, Peer
from .rows import Figures, Measure, Row, Sizes

PROGRAM = Path(__file__).parent / "client_program.py"
PACKAGES = {"confluent-kafka": [], "kafka-python": ["kafka-python==3.0.12"]}
RECORD_BYTES = 1024
SHARES = {"confluent-kafka": 2, "kafka-python": 20}
"""What part of the bulk rows' megabytes each moves: they take their time."""
RUN_SECONDS = 100.0


@contextlib.contextmanager
def client(peer: Peer, sizes: Sizes, *, library: str) -> Iterator[Measure]:
    pins = PACKAGES[library]
    environment = dict(os.environ)
    if pins:
        environment["PYTHONPATH"] = str(cache.python_packages(pins))
    records = sizes.megabytes * 1_000_000 // RECORD_BYTES // SHARES[library]

    def measure() -> Figures:
        topic = peer.new_topic()
        command = [sys.executable, str(PROGRAM), library, peer.address, topic, str(records), str(RECORD_BYTES)]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS)
        finally:
            peer.drop_topic(topic)
        if done.returncode != 0:
            raise Failed(cache.last_line(done.stderr))
        seconds = json.loads(done.stdout)
        return {f"{job}, records/s": records / seconds[job] for job in ("produce", "consume")}

    yield measure


ROWS = [
    Row(f"{library} in Python, 1 KiB", functools.partial(client, library=library), frozenset({LOG}), warm_up=False)
    for library in PACKAGES
]
