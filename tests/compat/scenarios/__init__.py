"""What every client must be able to do: AREAS is the list, one function each, which says what it proves.

A scenario talks to the client through drivers (one process each, see drivers/line_protocol.py) and looks at the broker
through raw requests, so that what it expects does not rest on the client's own word. It must pass on Apache Kafka.

`needs` says which abilities a client must have (clients/client.py); a client without one says why. What comes later,
access control, quotas, SASL and TLS, is an area of its own with abilities of its own.
"""

from functools import partial

from tests.compat.clients import CONNECTOR, STREAM_PROCESSOR, Client

from .connectors import connectors_over_restart, distributed_workers, file_to_file, offsets_resumed
from .consuming import (
    fetch_limit,
    from_the_end,
    long_poll,
    offset_for_time,
    pause_and_resume,
    read_committed,
    seek,
)
from .failures import (
    consumers_over_restart,
    consuming_over_resets,
    idempotence_over_resets,
    idempotence_over_restart,
    producing_over_resets,
    resume_after_restart,
)
from .groups import (
    Group,
    commit_and_resume,
    consumer_protocol,
    cooperative_rebalance,
    delete_group,
    describe_group,
    group_of_three,
    list_groups,
    set_group_offsets,
    static_member,
)
from .producing import (
    acks,
    chosen_partition,
    codec,
    create_time,
    full_batch,
    headers,
    idempotent_producer,
    keys,
    large_messages,
    message_too_large,
    nulls,
    timestamps,
)
from .stage import Scenario, Stage
from .steps import Message, check_order, consume, message, open_consumer, produce
from .topics import (
    add_partitions,
    create_topic,
    delete_records,
    delete_topic,
    invalid_configuration,
    invalid_topic_name,
    list_topics,
    topic_auto_creation,
    topic_configuration,
    unknown_topic,
)
from .transactions import (
    exactly_once,
    fenced_producer,
    transaction_over_restart,
    transactional_offsets,
    transactions,
)
from .word_counts import exactly_once_count, second_instance, state_from_changelog, word_count

AREAS = {
    "Topics": (
        Scenario(create_topic, needs=["create_topics"]),
        Scenario(delete_topic, needs=["create_topics"]),
        Scenario(list_topics, needs=["list_topics"]),
        Scenario(add_partitions, needs=["create_topics", "create_partitions"]),
        Scenario(topic_configuration, needs=["configs"]),
        Scenario(delete_records, needs=["delete_records"]),
        Scenario(topic_auto_creation),
    ),
    "Producing": (
        Scenario(partial(codec, "none"), name="codec_none"),
        Scenario(partial(codec, "gzip"), name="codec_gzip", needs=["gzip"]),
        Scenario(partial(codec, "snappy"), name="codec_snappy", needs=["snappy"]),
        Scenario(partial(codec, "lz4"), name="codec_lz4", needs=["lz4"]),
        Scenario(partial(codec, "zstd"), name="codec_zstd", needs=["zstd"]),
        Scenario(partial(acks, "0"), name="acks_0", needs=["acks_0"]),
        Scenario(partial(acks, "1"), name="acks_1", needs=["acks_1"]),
        Scenario(partial(acks, "all"), name="acks_all"),
        Scenario(keys),
        Scenario(chosen_partition, needs=["partitions"]),
        Scenario(headers, needs=["header_lists"]),
        Scenario(create_time),
        Scenario(timestamps, needs=["timestamps"]),
        Scenario(nulls, needs=["nulls"]),
        Scenario(large_messages),
        Scenario(full_batch),
        Scenario(idempotent_producer, needs=["idempotent"]),
    ),
    "Consuming": (
        Scenario(seek, needs=["seek"]),
        Scenario(offset_for_time, needs=["offset_for_time"]),
        Scenario(from_the_end, needs=["from_end"]),
        Scenario(pause_and_resume, needs=["pause"]),
        Scenario(fetch_limit),
        Scenario(long_poll),
        Scenario(read_committed, needs=["read_committed"]),
    ),
    "Groups": (
        Scenario(group_of_three, needs=["members", "timely_poll"]),
        Scenario(commit_and_resume, needs=["members"]),
        Scenario(cooperative_rebalance, needs=["assignors", "cooperative-sticky"]),
        Scenario(static_member, needs=["assignors", "static"]),
        Scenario(consumer_protocol, needs=["consumer_protocol"]),
        Scenario(list_groups, needs=["groups"]),
        Scenario(describe_group, needs=["describe_group"]),
        Scenario(set_group_offsets, needs=["set_group_offsets"]),
        Scenario(delete_group, needs=["delete_group"]),
    ),
    "Transactions": (
        Scenario(transactions, needs=["transactions"]),
        Scenario(transactional_offsets, needs=["transactions", "transactional_offsets"]),
        Scenario(exactly_once, needs=["transactions", "transform"]),
        Scenario(transaction_over_restart, needs=["transactions"], restarts=True),
    ),
    "Failures": (
        Scenario(resume_after_restart, needs=["members"], restarts=True),
        Scenario(consumers_over_restart, needs=["members", "timely_poll"], restarts=True),
        Scenario(idempotence_over_restart, needs=["idempotent", "lasting_producer"], restarts=True),
        Scenario(idempotence_over_resets, needs=["idempotent"]),
        Scenario(producing_over_resets),
        Scenario(consuming_over_resets),
    ),
    "Error answers": (
        Scenario(invalid_topic_name, needs=["create_topics"]),
        Scenario(unknown_topic, needs=["create_topics"]),
        Scenario(invalid_configuration, needs=["configs", "config_errors"]),
        Scenario(message_too_large),
        Scenario(fenced_producer, needs=["transactions"]),
    ),
    "Stream processing": (
        Scenario(word_count, kind=STREAM_PROCESSOR),
        Scenario(state_from_changelog, kind=STREAM_PROCESSOR),
        Scenario(second_instance, kind=STREAM_PROCESSOR),
        Scenario(exactly_once_count, kind=STREAM_PROCESSOR, restarts=True),
    ),
    "Connectors": (
        Scenario(file_to_file, kind=CONNECTOR),
        Scenario(offsets_resumed, kind=CONNECTOR),
        Scenario(distributed_workers, kind=CONNECTOR),
        Scenario(connectors_over_restart, kind=CONNECTOR, restarts=True),
    ),
}

SCENARIOS = tuple(scenario for scenarios in AREAS.values() for scenario in scenarios)


def scenarios_for(client: Client) -> list[Scenario]:
    """Those for its kind, whether it can play them or not."""
    return [scenario for scenario in SCENARIOS if scenario.kind == client.kind]


__all__ = [
    "AREAS",
    "SCENARIOS",
    "Group",
    "Message",
    "Scenario",
    "Stage",
    "check_order",
    "consume",
    "message",
    "open_consumer",
    "produce",
    "scenarios_for",
]
