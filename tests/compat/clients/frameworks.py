"""Programs on top of the clients: they process streams, or move data in and out."""

import json

from tests.compat import cache

from .client import CONNECTOR, STREAM_PROCESSOR, Client, Launch
from .launches import java, java_client, python_client, python_driver, require_programs

QUIXSTREAMS = "quixstreams==3.28.1"
CONNECT_VERSION = "4.3.1"


def connect() -> Launch:
    require_programs("java")
    launch = python_driver("connect")
    told = {"CONNECT_JAVA": json.dumps(java(cache.jars("connect"))), "CONNECT_VERSION": CONNECT_VERSION}
    return Launch(launch.command, {**launch.environment, **told})


CLIENTS = (
    Client("kafka-streams", java_client("WordCount", "streams", logs=True), kind=STREAM_PROCESSOR),
    Client("quixstreams", python_client("word_count", QUIXSTREAMS), kind=STREAM_PROCESSOR),
    Client("kafka-connect", connect, kind=CONNECTOR),
)
