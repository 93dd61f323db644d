"""librdkafka from C, and the command line tool that is built on it."""

import shutil

from tests.compat.cache import Unavailable

from .client import Client, Launch
from .launches import c_client, python_driver
from .python import CONFLUENT


def kcat() -> Launch:
    if shutil.which("kcat") is None:
        raise Unavailable("kcat is not installed (Debian package kcat)")
    return python_driver("kcat")


NO_ADMIN = "it has no admin calls"

CLIENTS = (
    Client("librdkafka", c_client(CONFLUENT), transactions=c_client(CONFLUENT, "transactions")),
    Client(
        "kcat",
        kcat,
        cannot={
            "create_topics": NO_ADMIN,
            "create_partitions": NO_ADMIN,
            "configs": NO_ADMIN,
            "delete_records": NO_ADMIN,
            "describe_group": NO_ADMIN,
            "set_group_offsets": NO_ADMIN,
            "offsets": "it does not print where a message went",
            "timestamps": "it has no option for them",
            "nulls": "only all empty values or none",
            "groups": NO_ADMIN,
            "delete_group": NO_ADMIN,
            "lasting_producer": "each call is a process",
            "partitions": "it takes one for all messages",
            "seek": "it starts anew",
            "pause": "it reads all it can",
            "consumer_protocol": "its librdkafka is older than that",
            "transactions": "it has no option for them",
        },
    ),
)
