"""The administrative half of confluent-kafka's driver."""

from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition, admin
from confluent_kafka.admin import AdminClient, ConfigEntry, ConfigResource, NewPartitions, NewTopic, ResourceType

CALL_SECONDS = 30


class Admin:
    def __init__(self, common: dict[str, Any]) -> None:
        self._common = common
        self._admin = AdminClient(common)

    def create_topic(self, name: str, partitions: int) -> None:
        self._admin.create_topics([NewTopic(name, partitions, 1)])[name].result(CALL_SECONDS)

    def delete_topic(self, name: str) -> None:
        self._admin.delete_topics([name])[name].result(CALL_SECONDS)

    def partitions(self, name: str) -> int:
        topic = self._admin.list_topics(name, timeout=CALL_SECONDS).topics[name]
        if topic.error is not None:
            raise KafkaException(topic.error)
        return len(topic.partitions)

    def list_topics(self) -> list[str]:
        return list(self._admin.list_topics(timeout=CALL_SECONDS).topics)

    def create_partitions(self, name: str, partitions: int) -> None:
        self._admin.create_partitions([NewPartitions(name, partitions)])[name].result(CALL_SECONDS)

    def topic_configs(self, name: str) -> dict[str, str]:
        resource = ConfigResource(ResourceType.TOPIC, name)
        entries = self._admin.describe_configs([resource])[resource].result(CALL_SECONDS)
        return {key: entry.value for key, entry in entries.items()}

    def set_topic_configs(self, name: str, configs: dict[str, str]) -> None:
        if not hasattr(admin, "AlterConfigOpType"):  # before 2.2, which only knew how to replace all
            resource = ConfigResource(ResourceType.TOPIC, name, set_config=configs)
            self._admin.alter_configs([resource])[resource].result(CALL_SECONDS)
            return
        change = admin.AlterConfigOpType.SET
        entries = [ConfigEntry(key, value, incremental_operation=change) for key, value in configs.items()]
        resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
        self._admin.incremental_alter_configs([resource])[resource].result(CALL_SECONDS)

    def delete_records(self, topic: str, partition: int, before: int) -> int:
        [answer] = self._admin.delete_records([TopicPartition(topic, partition, before)]).values()
        return int(answer.result(CALL_SECONDS).low_watermark)

    def list_groups(self) -> list[str]:
        return [group.group_id for group in self._admin.list_consumer_groups().result(CALL_SECONDS).valid]

    def group_offsets(self, group: str, topic: str) -> dict[str, int]:
        [answer] = self._admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)]).values()
        found = answer.result(CALL_SECONDS).topic_partitions
        return {str(place.partition): place.offset for place in found if place.topic == topic}

    def delete_group(self, group: str) -> None:
        self._admin.delete_consumer_groups([group])[group].result(CALL_SECONDS)

    def describe_group(self, group: str) -> dict[str, Any]:
        found = self._admin.describe_consumer_groups([group])[group].result(CALL_SECONDS)
        return {"state": found.state.name, "members": len(found.members)}

    def set_group_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        places = [TopicPartition(topic, int(partition), offset) for partition, offset in offsets.items()]
        [answer] = self._admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)]).values()
        for place in answer.result(CALL_SECONDS).topic_partitions:
            if place.error is not None:
                raise KafkaException(place.error)
