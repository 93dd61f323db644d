"""The word count of quixstreams, and what every program for stream processing (Client.kind) speaks.

In the manner of `line_protocol`, with these commands:

start   application (the name it has for the broker), input, output, directory (of its state), exactly_once -> null.
        From now on each word of a line in `input` counts under the key it is, and each new count goes to `output` as
        text. The words go through a topic of their own, and the counts through a changelog. Kafka Streams takes
        `threads`, too (2)
stop    -> null. As a deployment ends it, with everything committed
"""

import sys
import threading
from typing import Any

import quixstreams

from .line_protocol import refuse, serve

COMMIT_SECONDS = 0.5
SECONDS = 60.0
SESSION_MS = 20_000  # longer than most brokers take to start again: who is missed then ends with an error


class Driver:
    """quixstreams runs in the main thread, as it handles signals there; commands are read in another."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._to_run = threading.Event()
        self._ended = threading.Event()
        self._assigned = threading.Event()
        self._application: Any = None

    def start(self, application: str, input: str, output: str, directory: str, exactly_once: bool) -> None:
        self._application = quixstreams.Application(
            broker_address=self._address,
            consumer_group=application,
            auto_offset_reset="earliest",
            commit_interval=COMMIT_SECONDS,
            state_dir=directory,
            processing_guarantee="exactly-once" if exactly_once else "at-least-once",
            consumer_extra_config={"session.timeout.ms": SESSION_MS, "reconnect.backoff.max.ms": 500},
            producer_extra_config={"reconnect.backoff.max.ms": 500},
            consumer_poll_timeout=0.1,
            loglevel="WARNING",
        )
        lines = self._application.topic(input, value_deserializer="str")
        counts = self._application.topic(output, key_serializer="str", value_serializer="str")
        words = self._application.dataframe(lines).apply(lambda line: line.split(" "), expand=True)
        words = words.group_by(lambda word: word, "words", "str", "str", "str", "str")
        words.apply(count, stateful=True).to_topic(counts)
        self._to_run.set()

    def stop(self) -> None:
        self._application.stop()
        if not self._ended.wait(SECONDS):
            refuse(f"not stopped within {SECONDS:.0f} s")

    def run(self) -> None:
        """Until it is stopped."""
        self._to_run.wait()
        self._application.run()
        self._ended.set()


def count(word: str, state: Any) -> str:
    total: int = state.get("count", 0) + 1
    state.set("count", total)
    return str(total)


def main() -> None:
    driver = Driver(sys.argv[1])
    spoken = (driver, "quixstreams", quixstreams.__version__, lambda error: None)
    serving = threading.Thread(target=serve, args=spoken, daemon=True)  # an error of the application ends the program
    serving.start()
    driver.run()
    serving.join()


if __name__ == "__main__":
    main()
