"""The clients of Java: Apache Kafka's own, and the tools that come with it."""

import os

from tests.compat import cache

from .client import Client, Launch
from .launches import java_client, python_driver, require_programs


def console_tools() -> Launch:
    require_programs("java")
    launch = python_driver("console_tools")
    jars = {"KAFKA_TOOLS_CLASSPATH": f"{cache.jars('tools')}{os.pathsep}{cache.jars('log')}"}
    return Launch(launch.command, {**launch.environment, **jars})


CLIENTS = (
    Client(
        "java",
        java_client("JavaClient", "clients", "java-4/Calls.java"),
        transactions=java_client("JavaTransactions", "clients"),
    ),
    Client(
        "java-3.9",
        java_client("JavaClient", "clients-3.9", "java-3/Calls.java"),
        cannot={"consumer_protocol": "what it has of it is an early access of before Kafka 4"},
        transactions=java_client("JavaTransactions", "clients-3.9"),
    ),
    Client(
        "java-2.8",
        java_client("JavaClient", "clients-2.8", "java-3/Calls.java"),
        cannot={"consumer_protocol": "it knows the classic protocol only"},
        transactions=java_client("JavaTransactions", "clients-2.8"),
    ),
    Client(
        "console-tools",
        console_tools,
        cannot={
            "offsets": "the console producer does not print where a message went",
            "timestamps": "the console producer has no option for them",
            "configs": "kafka-configs is not among the tools on Maven Central",
            "lasting_producer": "each call is a process",
            "partitions": "the console producer has no option for them",
            "pause": "the console consumer reads all it can",
            "seek": "the console consumer starts anew",
            "error_codes": "they print the error's text",
            "transactions": "the console producer has none",
        },
    ),
)
