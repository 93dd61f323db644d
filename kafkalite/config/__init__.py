"""Configuration by Kafka's own names: one table of every key, and what a broker and its topics make of it.

The table knows every key of Apache Kafka 4.4 and what it does here. It is text in four modules: a key reads like
a line of documentation. Nothing in this package touches a socket or a clock; it reads the one file it is told to.
"""

from kafkalite.config.broker_config import BrokerConfig, Notice
from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.dynamic_config import check_dynamic, usable_dynamic
from kafkalite.config.key import ConfigError, Key
from kafkalite.config.listeners import Listener
from kafkalite.config.topic_config import parse_topic_configs, topic_values
from kafkalite.config.topic_keys import TOPIC_KEYS

__all__ = [
    "BROKER_KEYS",
    "TOPIC_KEYS",
    "BrokerConfig",
    "ConfigError",
    "Key",
    "Listener",
    "Notice",
    "check_dynamic",
    "parse_topic_configs",
    "topic_values",
    "usable_dynamic",
]
