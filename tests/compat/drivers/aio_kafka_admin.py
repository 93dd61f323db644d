"""The administrative half of aiokafka's driver."""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code


class Admin:
    def __init__(self, address: str) -> None:
        self._address = address
        self._admin: Any = None

    async def admin(self) -> Any:
        if self._admin is None:
            self._admin = AIOKafkaAdminClient(bootstrap_servers=self._address)
            await self._admin.start()
        return self._admin

    async def create_topic(self, name: str, partitions: int) -> None:
        answer = await (await self.admin()).create_topics([NewTopic(name, partitions, 1)])
        raise_first_error(answer.topic_errors)

    async def delete_topic(self, name: str) -> None:
        answer = await (await self.admin()).delete_topics([name])
        raise_first_error(answer.topic_error_codes)

    async def partitions(self, name: str) -> int:
        [topic] = await (await self.admin()).describe_topics([name])
        raise_first_error([(name, topic["error_code"])])
        return len(topic["partitions"])

    async def list_topics(self) -> list[str]:
        return list(await (await self.admin()).list_topics())

    async def create_partitions(self, name: str, partitions: int) -> None:
        await (await self.admin()).create_partitions({name: NewPartitions(partitions)})

    async def topic_configs(self, name: str) -> dict[str, str]:
        asked = [ConfigResource(ConfigResourceType.TOPIC, name)]
        [answer] = await (await self.admin()).describe_configs(asked)
        [(_code, _message, _type, _name, entries)] = answer.resources
        return {key: value for key, value, *_ in entries}

    async def set_topic_configs(self, name: str, configs: dict[str, str]) -> None:
        asked = [ConfigResource(ConfigResourceType.TOPIC, name, configs)]
        [answer] = await (await self.admin()).alter_configs(asked)
        raise_first_error([(name, code, message) for code, message, *_ in answer.resources])

    async def delete_records(self, topic: str, partition: int, before: int) -> int:
        place = TopicPartition(topic, partition)
        return int((await (await self.admin()).delete_records({place: RecordsToDelete(before)}))[place])

    async def list_groups(self) -> list[str]:
        return [name for name, *_ in await (await self.admin()).list_consumer_groups()]

    async def group_offsets(self, group: str, topic: str) -> dict[str, int]:
        offsets = await (await self.admin()).list_consumer_group_offsets(group)
        return {str(place.partition): found.offset for place, found in offsets.items() if place.topic == topic}

    async def describe_group(self, group: str) -> dict[str, Any]:
        [answer] = await (await self.admin()).describe_consumer_groups([group])
        [(code, _group, state, _type, _protocol, members, *_)] = answer.groups
        raise_first_error([(group, code)])
        return {"state": state, "members": len(members)}

    async def set_group_offsets(self, group: str, topic: str, offsets: dict[str, int]) -> None:
        """As a consumer that is no member: there is no administrative call for it."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._address, group_id=group, enable_auto_commit=False)
        await consumer.start()
        places = {TopicPartition(topic, int(partition)): offset for partition, offset in offsets.items()}
        consumer.assign(list(places))
        await consumer.commit(places)
        await consumer.stop()


def raise_first_error(results: list[tuple[Any, ...]]) -> None:
    for _name, code, *_message in results:
        if code:
            raise for_code(code)
