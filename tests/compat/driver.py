"""A driver process as the scenarios see it: one client, asked one thing at a time (drivers/line_protocol.py)."""

import contextlib
import json
import os
import select
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .clients import Launch

ANSWER_SECONDS = 150.0


class ClientError(Exception):
    """The client reported an error; `code` is Kafka's number if the client tells it."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(message)
        self.code = code


class DriverFailed(Exception):
    """The driver ended, or did not answer in time: never what a scenario expects."""


class Driver:
    def __init__(self, launch: Launch, address: str, log: Path) -> None:
        self.log = log
        self._buffer = b""
        self._waiting: list[str] = []  # commands without an answer yet; the first is the program's start
        with log.open("wb") as stderr:
            self._process = subprocess.Popen(
                [*launch.command, address],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=launch.environment,
                start_new_session=True,
            )
        self._waiting.append("start")
        try:
            self.hello: dict[str, str] = self.answer()
        except DriverFailed:
            self.stop()
            raise

    def ask(self, do: str, **parameters: Any) -> Any:
        self.send(do, **parameters)
        return self.answer()

    def send(self, do: str, **parameters: Any) -> None:
        """Give the command and return; `answer` gets what comes of it."""
        assert not self._waiting, f"{do} while {self._waiting} has no answer"
        self._waiting.append(do)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do} | parameters).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # `answer` tells what the process wrote before it ended

    def is_running(self) -> bool:
        return self._process.poll() is None

    def is_idle(self) -> bool:
        """It runs, and every command has its answer."""
        return self.is_running() and not self._waiting

    def answered(self) -> bool:
        """Whether the answer is there already."""
        assert self._process.stdout is not None
        return b"\n" in self._buffer or bool(select.select([self._process.stdout], [], [], 0)[0])

    def answer(self, seconds: float = ANSWER_SECONDS) -> Any:
        answer = json.loads(self._line(time.monotonic() + seconds))
        self._waiting.pop()
        if "error" in answer:
            raise ClientError(answer["error"]["code"], answer["error"]["message"])
        return answer["ok"]

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        pieces = [self._buffer]
        while b"\n" not in pieces[-1]:
            readable, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                raise DriverFailed(f"no answer to {self._waiting} in time; {self._tail()}")
            data = os.read(self._process.stdout.fileno(), 1 << 20)
            if not data:
                raise DriverFailed(f"ended during {self._waiting} with {self._process.wait()}; {self._tail()}")
            pieces.append(data)
        line, self._buffer = b"".join(pieces).split(b"\n", 1)
        return line

    def _tail(self) -> str:
        return f"its stderr ends with:\n{self.log.read_text(errors='replace')[-3000:]}"

    def pause(self) -> None:
        """Let it stand still as a process does that gets no processor: its connections stay open."""
        os.killpg(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # the tool it may be running as well
        self._process.wait()
        self._process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
