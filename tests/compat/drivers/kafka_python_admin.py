"""The administrative half of kafka-python's driver. Version 3 renamed most calls and returns plain dicts."""

from typing import Any

import kafka
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.structs import OffsetAndMetadata

IS_OLD = kafka.__version__.startswith("2.")


class Admin:
    def __init__(self, address: str) -> None:
        self._address = address
        self._admin: Any = None

    def admin(self) -> Any:
        self._admin = self._admin or KafkaAdminClient(bootstrap_servers=self._address)
        return self._admin

    def forget_admin(self) -> None:
        """It does not come back by itself when the broker was away."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None

    def create_topic(self, name: str, partitions: int) -> None:
        self.admin().create_topics([NewTopic(name, partitions, 1)])

    def delete_topic(self, name: str) -> None:
        self.admin().delete_topics([name])

    def partitions(self, name: str) -> int:
        [topic] = self.admin().describe_topics([name])
        if topic["error_code"]:
            raise kafka.errors.for_code(topic["error_code"])
        return len(topic["partitions"])

    def list_topics(self) -> list[str]:
        return list(self.admin().list_topics())

    def create_partitions(self, name: str, partitions: int) -> None:
        answer = self.admin().create_partitions({name: NewPartitions(partitions)})
        if IS_OLD:
            raise_first_error(answer.topic_errors)

    def topic_configs(self, name: str) -> dict[str, str]:
        asked = [ConfigResource(ConfigResourceType.TOPIC, name)]
        if IS_OLD:
            [answer] = self.admin().describe_configs(asked)
            [(_code, _message, _type, _name, entries)] = answer.resources
            return {key: value for key, value, *_ in entries}
        found = self.admin().describe_configs(asked, config_filter="all")["topic"][name]
        return {key: entry["value"] for key, entry in found.items()}

    def set_topic_configs(self, name: str, configs: dict[str, str]) -> None:
        answer = self.admin().alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs)])
        if IS_OLD:
            raise_first_error([(name, code, message) for code, message, *_ in answer.resources])
        elif (result := answer["topic"][name]) != "OK":
            raise kafka.errors.InvalidConfigurationError(result)  # it tells the text only, not the code

    def delete_records(self, topic: str, partition: int, before: int) -> int:
        place = kafka.TopicPartition(topic, partition)
        return int(self.admin().delete_records({place: before})[place]["low_watermark"])

    def list_groups(self) -> list[str]:
        if IS_OLD:
            return [name for name, *_ in self.admin().list_consumer_groups()]
        return [group["group_id"] for group in self.admin().list_groups()]

    def group_offsets(self, group: str, topic: str) -> dict[str, int]:
        admin = self.admin()
        offsets = admin.list_consumer_group_offsets(group) if IS_OLD else admin.list_group_offsets(group)[group]
        return {str(place.partition): found.offset for place, found in offsets.items() if place.topic == topic}

    def delete_group(self, group: str) -> None:
        if IS_OLD:
            [(_name, error)] = self.admin().delete_consumer_groups([group])
        else:
            result = self.admin().delete_groups([group])[group]
            error = kafka.errors.NoError if result == "OK" else getattr(kafka.errors, result)
        if error.errno:
            raise error

    def describe_group(self, group: str) -> dict[str, Any]:
        if IS_OLD:
            [found] = self.admin().describe_consumer_groups([group])
            return {"state": found.state, "members": len(found.members)}
        described = self.admin().describe_groups([group])[group]
        return {"state": described["group_state"], "members": len(described["members"])}

    def set_group_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        """As a consumer that is no member: version 2 has no administrative call for it."""
        consumer = kafka.KafkaConsumer(bootstrap_servers=self._address, group_id=group, enable_auto_commit=False)
        places = {kafka.TopicPartition(topic, int(partition)): offset for partition, offset in offsets.items()}
        consumer.assign(list(places))
        rest = ("", -1)[: len(OffsetAndMetadata._fields) - 1]  # 2.0 knows no leader epoch
        consumer.commit({place: OffsetAndMetadata(offset, *rest) for place, offset in places.items()})
        consumer.close()


def raise_first_error(results: list[tuple[Any, ...]]) -> None:
    for _name, code, *_message in results:
        if code:
            raise kafka.errors.for_code(code)
