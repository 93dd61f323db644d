"""What a client is to the scenarios: how its driver starts, and what it cannot do, with the reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")

ABILITIES = {
    # producing
    "offsets": "tell where each message was written",
    "timestamps": "write a timestamp of its own to each message",
    "nulls": "write a null key and a null value",
    "empty_headers": "tell an empty header from a null one",
    "partitions": "write a message to a partition of its choice",
    "header_lists": "write headers in an order of its own, the same name more than once",
    "acks_0": "produce without asking for an answer",
    "acks_1": "produce with the leader's word alone",
    "gzip": "compress with gzip",
    "snappy": "compress with snappy",
    "lz4": "compress with lz4",
    "zstd": "compress with zstd",
    "idempotent": "produce idempotently",
    "lasting_producer": "keep a producer from one call to the next",
    "partial_retries": "send again only what was refused when a broker takes the messages of another partition",
    "leader_wait": "wait for a leader when a partition has none",
    # consuming
    "seek": "continue from another offset",
    "from_end": "begin with what is written from now on",
    "pause": "stop reading some partitions for a while",
    "offset_for_time": "look an offset up by time",
    "read_committed": "read only what is committed",
    # groups
    "members": "be a member of a group",
    "timely_poll": "return from a poll in time while a group gathers",
    "assignors": "say by which assignor partitions are shared out, and how long a session is",
    "cooperative-sticky": "give away only the partitions that others need",
    "static": "be a static member",
    "consumer_protocol": "be a member by the consumer protocol (KIP-848)",
    # administration
    "create_topics": "create and delete topics, and report the broker's error",
    "list_topics": "list the topics",
    "create_partitions": "add partitions to a topic",
    "configs": "read and change the configuration of a topic",
    "config_errors": "report that the broker refused a configuration",
    "delete_records": "delete the records before an offset",
    "groups": "list groups and read their committed offsets",
    "describe_group": "tell a group's state and how many members it has",
    "set_group_offsets": "set the committed offsets of a group without members",
    "delete_group": "delete a group",
    "error_codes": "report the broker's error as a number",
    # transactions (Client.transactions)
    "transactions": "produce in transactions",
    "transactional_offsets": "commit any offsets of a group in a transaction",
    "transform": "commit what it consumed in the transaction of what it made of that, as a member of a group",
}
"""What a scenario may need and some client lacks. drivers/line_protocol.py says which command belongs to which."""


@dataclass(frozen=True)
class Launch:
    command: Sequence[str]
    environment: Mapping[str, str]


CLIENT, STREAM_PROCESSOR, CONNECTOR = "client", "stream processor", "connector"
"""Kinds of clients; each has scenarios of its own."""


@dataclass(frozen=True)
class Client:
    name: str
    prepare: Callable[[], Launch]
    """The program that speaks drivers/line_protocol.py; raises Unavailable."""
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Ability -> why the client lacks it: a reason that holds on every broker."""
    transactions: Callable[[], Launch] | None = None
    """The program that speaks drivers/transactions.py."""
    kind: str = CLIENT
    """Others than CLIENT speak the language of their kind: drivers/word_count.py, drivers/connect.py."""

    def __post_init__(self) -> None:
        unknown = self.cannot.keys() - ABILITIES.keys()
        assert not unknown, f"{self.name}: nobody knows the abilities {unknown}"
        says_so = "transactions" in self.cannot or self.kind != CLIENT
        assert (self.transactions is None) == says_so, f"{self.name}: a program for transactions, or why there is none"
