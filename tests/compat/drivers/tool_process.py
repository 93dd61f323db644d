"""A command line tool that a driver runs: to its end, or in the background while lines of its output are taken."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence

from .line_protocol import DriverError

RUN_SECONDS = 120
STOP_SECONDS = 20
FAILURES = (" ERROR ", "Error: ")  # some of Kafka's tools print these and still end with 0


def run(command: Sequence[str], data: bytes = b"") -> str:
    """The output of the tool; its error output is the message of the exception if it fails."""
    done = subprocess.run(command, input=data, capture_output=True, timeout=RUN_SECONDS)
    output, errors = done.stdout.decode(), done.stderr.decode()
    if done.returncode != 0 or any(mark in errors + output for mark in FAILURES):
        raise DriverError(error_code(errors + output), (errors + output).strip())
    return output


def error_code(text: str) -> int | None:
    """librdkafka's texts for some of Kafka's codes."""
    codes = {"Broker: Message size too large": 10, "Broker: Unknown topic or partition": 3, "Broker: Invalid topic": 17}
    return next((code for known, code in codes.items() if known in text), None)


class Lines:
    """The lines a running tool prints, as they come."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self._buffer = b""
        assert self._process.stdout is not None
        self._output = self._process.stdout.fileno()

    def take(self, seconds: float) -> list[str]:
        """What was printed since the last time; waits for something, but no longer than this."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            if not self._read(max(0.0, deadline - time.monotonic())):
                return []
        while self._read(0):
            pass
        *lines, self._buffer = self._buffer.split(b"\n")
        return [line.decode() for line in lines]

    def _read(self, seconds: float) -> bool:
        readable, _, _ = select.select([self._output], [], [], seconds)
        data = os.read(self._output, 1 << 20) if readable else b""
        self._buffer += data
        return bool(data)

    def stop(self) -> list[str]:
        """SIGTERM, on which kcat and the console consumer commit and leave their group; what they still printed."""
        self._process.send_signal(signal.SIGTERM)
        rest, _ = self._process.communicate(timeout=STOP_SECONDS)
        return (self._buffer + rest).decode().splitlines()
