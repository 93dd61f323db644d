"""Driver of Kafka Connect: a worker, and what it is asked by its REST API.

In the manner of `line_protocol`, with these commands:

start      directory (for what a worker keeps on disk), group or null -> null. A worker of its own, or one of the
           distributed workers of this group, which keep connectors, offsets and states in topics
connect    name, config -> null. Have this connector, with one task
running    -> how many tasks run on each worker that has some: {WORKER: count}
stop       -> null. As a deployment ends a worker
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from scripts.apache_kafka import die_with_parent, free_port

from .line_protocol import refuse, serve

LOCAL = "127.0.0.1"
START_SECONDS = 120.0
STOP_SECONDS = 60.0
CALL_SECONDS = 60.0
PACE_SECONDS = 0.2
CLASSES = {False: "ConnectStandalone", True: "ConnectDistributed"}


class Driver:
    def __init__(self, java: list[str], address: str) -> None:
        self._java = java
        self._address = address
        self._worker: subprocess.Popen[bytes] | None = None
        self._rest = ""

    def start(self, directory: str, group: str | None) -> None:
        port = free_port(LOCAL)
        self._rest = f"http://{LOCAL}:{port}"
        settings = Path(directory, f"worker-{port}.properties")
        settings.write_text("".join(f"{name}={value}\n" for name, value in self.settings(directory, group).items()))
        command = [*self._java, f"org.apache.kafka.connect.cli.{CLASSES[group is not None]}", str(settings)]
        self._worker = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sys.stderr, preexec_fn=die_with_parent
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._worker.poll() is not None or time.monotonic() > deadline:
                refuse(f"the worker did not start: {self._worker.poll()}")
            time.sleep(PACE_SECONDS)

    def settings(self, directory: str, group: str | None) -> dict[str, str]:
        text = "org.apache.kafka.connect.storage.StringConverter"
        common = {
            "bootstrap.servers": self._address,
            "listeners": self._rest,
            "key.converter": text,
            "value.converter": text,
            "offset.flush.interval.ms": "500",
            "reconnect.backoff.max.ms": "500",
        }
        if group is None:
            return common | {"offset.storage.file.filename": str(Path(directory, "offsets"))}
        topics = {f"{kind}.storage.topic": f"{group}-{kind}" for kind in ("config", "offset", "status")}
        copies = {f"{kind}.storage.replication.factor": "1" for kind in ("config", "offset", "status")}
        # a worker that left is not waited for
        return common | topics | copies | {"group.id": group, "scheduled.rebalance.max.delay.ms": "1000"}

    def answers(self) -> bool:
        try:
            self.ask("GET", "/connectors")
        except (urllib.error.URLError, OSError):
            return False
        return True

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._rest + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=CALL_SECONDS) as answer:
            return json.load(answer)

    def connect(self, name: str, config: dict[str, str]) -> None:
        self.ask("PUT", f"/connectors/{name}/config", config | {"tasks.max": "1"})

    def running(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for connector in self.ask("GET", "/connectors?expand=status").values():
            for task in connector["status"]["tasks"]:
                if task["state"] == "RUNNING":
                    counts[task["worker_id"]] = counts.get(task["worker_id"], 0) + 1
        return counts

    def stop(self) -> None:
        assert self._worker is not None
        self._worker.terminate()
        self._worker.wait(STOP_SECONDS)


if __name__ == "__main__":
    java, version = json.loads(os.environ["CONNECT_JAVA"]), os.environ["CONNECT_VERSION"]
    serve(Driver(java, sys.argv[1]), "kafka-connect", version, lambda error: None)
