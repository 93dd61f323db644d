"""What every driver speaks, and the loop that the Python drivers share.

A driver is a program around one Kafka client. It is started with the broker's address as its only argument, reads one
JSON object per line from stdin and writes one per line to stdout: first `{"ok": {"client": NAME, "version": VERSION}}`,
then an answer per command, `{"ok": VALUE}` or `{"error": {"code": KAFKA_ERROR_CODE or null, "message": TEXT}}`. It ends
at the end of its input. stdout carries nothing else. The commands, each an object with `do` and these members:

Administration
create_topic       name, partitions -> null                                                        [create_topics]
delete_topic       name -> null                                                                    [create_topics]
list_topics        -> [name]                                                                         [list_topics]
partitions         name -> number of partitions in the client's metadata
create_partitions  name, partitions (how many from now on) -> null                             [create_partitions]
topic_configs      name -> {KEY: TEXT or null} of all its configuration                                  [configs]
set_topic_configs  name, configs {KEY: TEXT} -> null                                                     [configs]
delete_records     topic, partition, before (an offset) -> the first offset there is now          [delete_records]
list_groups        -> [name]                                                                              [groups]
group_offsets      group, topic -> {PARTITION as text: committed offset}                                  [groups]
describe_group     group -> {"state": the client's word for it, "members": how many}              [describe_group]
set_group_offsets  group, topic, offsets {PARTITION as text: offset} -> null                   [set_group_offsets]
delete_group       group -> null                                                                    [delete_group]

Producing
produce            topic, messages, codec, acks ("0", "1", "all"), idempotent, batch_bytes or null, max_request_bytes
                   or null -> [[partition, offset] per message], or null if the client hides it. Returns when all are
                   acknowledged                            [offsets timestamps nulls partitions acks_0 idempotent CODEC]
stream             name, topics, partitions, idempotent -> null. From now on send numbered messages to each partition
                   of each topic in turn, through a producer of its own with acks=all; each value is `NAME NUMBER`.
                   Only some drivers know it: test_kill_nine.py says which
stop_stream        -> what became of them, when that is known of all: {"acknowledged": {TOPIC: {PARTITION as text:
                   [[number, offset], ...]}}, "failed": count}

Consuming: a driver has one consumer at a time
open               topic, group or null, limit or null, fetch_bytes or null, auto_commit -> null. A consumer of all
                   partitions without a group, else a member of the group, from the earliest offset on;
                   `limit`: return no more messages than this, and commit none beyond them. Perhaps these, too:
                   `start`: "latest": from what is written after the first poll                           [from_end]
                   `isolation`: "read_committed"                                                    [read_committed]
                   `member`: {"assignor": "range" or "cooperative-sticky" [cooperative-sticky], "instance": its static
                   id or null [static], "session_ms": its session timeout, "heartbeat_ms": its heartbeat interval},
                                                                                                         [assignors]
                   or {"protocol": "consumer", "assignor": the broker's assignor or null, "instance": as above,
                   "pattern": the topics it subscribes to instead of `topic` as a regular expression, or null}
                                                                                                 [consumer_protocol]
poll               seconds: wait that long, less if something comes -> [message with partition and offset]
owned              -> [partition] that the member has now                                                [assignors]
seek               partition, offset -> null                                                                  [seek]
pause              partition -> null. poll returns nothing of it, what was fetched already included          [pause]
resume             partition -> null                                                                         [pause]
commit             what poll has returned so far -> null
close              the consumer; a member leaves its group -> [message] consumed that poll has not returned
offset_for_time    topic, partition, timestamp -> the first offset at or after it, or null         [offset_for_time]

reset              -> null. Close the consumer if there is one, without committing: another scenario begins. Producers
                   and admin clients may stay. A driver without this command is started anew for each scenario

In brackets is the ability that a client without this denies in `clients/` (client.py lists them all). A command that a
driver does not know is answered with an error, `unknown command NAME`. Transactions have a program, and commands, of
their own: transactions.py.

A message is `{"key": TEXT or null, "value": TEXT or null, "headers": [[KEY, TEXT or null], ...]}`, and where it matters
`"partition"` and `"timestamp"` (milliseconds).
"""

import json
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TextIO

Message = dict[str, Any]


class DriverError(Exception):
    """An answer with an error in it: Kafka's code when the client tells it."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(message)
        self.code = code


def serve(driver: object, client: str, version: str, error_code: Callable[[Exception], int | None]) -> None:
    """Answer commands by calling the driver's method of that name, until the input ends."""
    answers = claim_stdout()
    send(answers, {"ok": {"client": client, "version": version}})
    for line in sys.stdin:
        send(answers, answer(driver, json.loads(line), error_code))


def answer(driver: object, command: dict[str, Any], error_code: Callable[[Exception], int | None]) -> dict[str, Any]:
    try:
        return {"ok": method(driver, command.pop("do"))(**command)}
    except Exception as error:
        return failure(error, error_code)


def method(driver: object, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] | None = getattr(driver, name, None)
    return found or refuse(f"unknown command {name}")


def failure(error: Exception, error_code: Callable[[Exception], int | None]) -> dict[str, Any]:
    code = error.code if isinstance(error, DriverError) else error_code(error)
    return {"error": {"code": code, "message": f"{type(error).__name__}: {error}"}}


def claim_stdout() -> TextIO:
    """Keep stdout for answers and send whatever a library prints to stderr."""
    answers, sys.stdout = sys.stdout, sys.stderr
    return answers


def send(answers: TextIO, value: dict[str, Any]) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()


def text(data: bytes | None) -> str | None:
    return None if data is None else bytes(data).decode()


def raw(value: str | None) -> bytes | None:
    return None if value is None else value.encode()


def refuse(message: str) -> NoReturn:
    raise DriverError(None, message)
