"""The part of the matrix that CI can afford: every scenario with some clients, some scenarios with most."""

from tests.compat.clients import Client
from tests.compat.scenarios import Scenario, scenarios_for

WHOLE_ROWS = ("confluent-kafka", "franz-go")
"""One on librdkafka, as most clients are, and one that speaks the newest versions; both start at once."""

TOO_DEAR = ("confluent-kafka-go", "confluent-kafka-javascript", "rdkafka", "rskafka", "java-2.8")
"""On a machine that has nothing in its cache, building or fetching these takes longer than all the rest."""

FOR_ALL = ("create_topic", "codec_none", "commit_and_resume", "fetch_limit", "transactions")


def quick_scenarios(client: Client) -> list[Scenario]:
    if client.name in TOO_DEAR:
        return []
    names = None if client.name in WHOLE_ROWS else FOR_ALL
    return [scenario for scenario in scenarios_for(client) if names is None or scenario.name in names]
