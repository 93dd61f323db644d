"""A client for the tests of transactional APIs: a whole broker in memory, producers and readers on one connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kafkalite.broker.waiting import Waiting
from kafkalite.storage.segment_store import SegmentStore
from kafkalite.wire.messages.add_offsets_to_txn import AddOffsetsToTxnRequest, AddOffsetsToTxnResponse
from kafkalite.wire.messages.add_partitions_to_txn import AddPartitionsToTxnRequest, AddPartitionsToTxnResponse
from kafkalite.wire.messages.describe_transactions import DescribeTransactionsRequest, DescribeTransactionsResponse
from kafkalite.wire.messages.end_txn import EndTxnRequest, EndTxnResponse
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkalite.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponse
from kafkalite.wire.messages.produce import ProduceRequest, ProduceResponse
from kafkalite.wire.messages.txn_offset_commit import TxnOffsetCommitRequest, TxnOffsetCommitResponse
from kafkalite.wire.record_batch import TRANSACTIONAL, iterate_records, read_header
from tests.unit.apis.admin_client import connect
from tests.unit.apis.group_client import GroupClient
from tests.unit.core.log.batches import batch


class Producer(NamedTuple):
    """A transactional producer as its client knows it, and the version of the protocol it uses."""

    name: str
    producer_id: int
    epoch: int


class TransactionClient(GroupClient):
    """One connection to one broker whose timers run."""

    async def init(self, name: str = "x", **options: Any) -> Producer:
        """Initialize and return the producer."""
        code, producer_id, epoch = await self.init_answer(name, **options)
        assert code == 0
        return Producer(name, producer_id, epoch)

    async def init_answer(
        self,
        name: str | None = "x",
        *,
        producer_id: int = -1,
        epoch: int = -1,
        timeout_ms: int = 60_000,
        version: int = 5,
    ) -> tuple[int, int, int]:
        message = InitProducerIdRequest(
            transactional_id=name,
            transaction_timeout_ms=timeout_ms,
            producer_id=producer_id,
            producer_epoch=epoch,
        )
        answer = await self.ask(message, version, InitProducerIdResponse)
        return answer.error_code, answer.producer_id, answer.producer_epoch

    async def add(
        self, producer: Producer, *partitions: tuple[str, int], version: int = 3
    ) -> dict[tuple[str, int], int]:
        """Return the code of each partition."""
        message = AddPartitionsToTxnRequest(
            v3_and_below_transactional_id=producer.name,
            v3_and_below_producer_id=producer.producer_id,
            v3_and_below_producer_epoch=producer.epoch,
            v3_and_below_topics=[
                AddPartitionsToTxnRequest.AddPartitionsToTxnTopic(name=name, partitions=[index])
                for name, index in partitions
            ],
        )
        answer = await self.ask(message, version, AddPartitionsToTxnResponse)
        return {
            (topic.name, one.partition_index): one.partition_error_code
            for topic in answer.results_by_topic_v3_and_below
            for one in topic.results_by_partition
        }

    def produce_request(
        self,
        producer: Producer,
        values: Mapping[tuple[str, int], bytes],
        *,
        sequence: int = 0,
        transactional: bool = True,
        acks: int = -1,
    ) -> ProduceRequest:
        """One record for each partition, in one batch each."""
        attributes = TRANSACTIONAL if transactional else 0
        who = (producer.producer_id, producer.epoch, sequence)
        return ProduceRequest(
            transactional_id=producer.name,
            acks=acks,
            timeout_ms=30_000,
            topic_data=[
                ProduceRequest.TopicProduceData(
                    name=name,
                    partition_data=[
                        ProduceRequest.PartitionProduceData(
                            index=index, records=batch(value=value, producer=who, attributes=attributes)
                        )
                    ],
                )
                for (name, index), value in values.items()
            ],
        )

    async def produce(
        self, producer: Producer, values: Mapping[tuple[str, int], bytes], *, version: int = 12, **options: Any
    ) -> list[int]:
        """Return the code of each partition."""
        answer = await self.ask(self.produce_request(producer, values, **options), version, ProduceResponse)
        return [one.error_code for topic in answer.responses for one in topic.partition_responses]

    async def write(self, producer: Producer, value: bytes, topic: str = "t", index: int = 0, **options: Any) -> int:
        """Produce one record; return the code."""
        (code,) = await self.produce(producer, {(topic, index): value}, **options)
        return code

    async def end(self, producer: Producer, committed: bool, *, version: int = 5) -> tuple[int, Producer]:
        message = EndTxnRequest(
            transactional_id=producer.name,
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
            committed=committed,
        )
        answer = await self.ask(message, version, EndTxnResponse)
        after = producer._replace(producer_id=answer.producer_id, epoch=answer.producer_epoch)
        return answer.error_code, after if version >= 5 else producer

    def begin_end(self, producer: Producer, committed: bool = True, *, version: int = 5) -> Any:
        """Return what the handler returns."""
        message = EndTxnRequest(
            transactional_id=producer.name,
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
            committed=committed,
        )
        return self.begin(message, version)

    async def commit_transaction(self, producer: Producer, *, version: int = 5) -> Producer:
        code, after = await self.end(producer, True, version=version)
        assert code == 0
        return after

    async def add_group(self, producer: Producer, group_id: str = "g", version: int = 4) -> int:
        message = AddOffsetsToTxnRequest(
            transactional_id=producer.name,
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
            group_id=group_id,
        )
        return (await self.ask(message, version, AddOffsetsToTxnResponse)).error_code

    def offsets_request(
        self, producer: Producer, offsets: Mapping[tuple[str, int], int], group_id: str = "g", version: int = 5
    ) -> TxnOffsetCommitRequest:
        names: dict[str, bytes] = {topic.name: topic.topic_id for topic in self.broker.topics.by_name.values()}
        return TxnOffsetCommitRequest(
            transactional_id=producer.name,
            group_id=group_id,
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
            topics=[
                TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic(
                    **({"topic_id": names.get(name, b"?" * 16)} if version >= 6 else {"name": name}),
                    partitions=[
                        TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition(
                            partition_index=index, committed_offset=offset
                        )
                    ],
                )
                for (name, index), offset in offsets.items()
            ],
        )

    async def send_offsets(
        self,
        producer: Producer,
        offsets: Mapping[tuple[str, int], int],
        group_id: str = "g",
        *,
        version: int = 5,
        **fields: Any,
    ) -> list[int]:
        """Commit offsets in the producer's transaction; return the code of each partition."""
        message = self.offsets_request(producer, offsets, group_id, version)
        for name, value in fields.items():
            setattr(message, name, value)
        answer = await self.ask(message, version, TxnOffsetCommitResponse)
        return [one.error_code for topic in answer.topics for one in topic.partitions]

    async def committed_offset(
        self, topic: str = "t", index: int = 0, group_id: str = "g", *, stable: bool = True
    ) -> tuple[int, int]:
        """Return (offset, code)."""
        wanted = OffsetFetchRequest.OffsetFetchRequestGroup(
            group_id=group_id,
            topics=[OffsetFetchRequest.OffsetFetchRequestTopics(name=topic, partition_indexes=[index])],
        )
        message = OffsetFetchRequest(groups=[wanted], require_stable=stable)
        answer = await self.ask(message, 8, OffsetFetchResponse)
        (one,) = answer.groups[0].topics[0].partitions
        return one.committed_offset, one.error_code

    async def describe_one(self, name: str = "x") -> tuple[int, str, int, int]:
        """Return (code, state, producer id, epoch)."""
        answer = await self.ask(DescribeTransactionsRequest(transactional_ids=[name]), 0, DescribeTransactionsResponse)
        (one,) = answer.transaction_states
        return one.error_code, one.transaction_state, one.producer_id, one.producer_epoch

    def values(self, topic: str = "t", index: int = 0, *, committed: bool = True) -> list[bytes | None]:
        """Return what a reader sees of a partition: all that is stored, or as a client shows what is committed."""
        partition = self.broker.topics.by_name[topic].partitions[index]
        data: list[bytes | None] = []
        offset, end = 0, partition.last_stable_offset if committed else partition.high_watermark
        while offset < end:
            result = partition.read(offset, 1 << 20, committed=committed, at_least_one=True)
            assert isinstance(result.records, bytes | memoryview)
            view = memoryview(result.records)
            aborted = {(one.producer_id, one.first_offset) for one in result.aborted or ()}
            skipped: set[int] = set()
            while view:
                header = read_header(view)
                one, view = view[: header.size], view[header.size :]
                offset = header.last_offset + 1
                if header.is_control:
                    skipped.discard(header.producer_id)
                    aborted = {(who, first) for who, first in aborted if who != header.producer_id or first > offset}
                    continue
                if any(who == header.producer_id and first <= header.base_offset for who, first in aborted):
                    skipped.add(header.producer_id)
                if header.attributes & TRANSACTIONAL and header.producer_id in skipped:
                    continue
                data += [record.value for record in iterate_records(one, header)]
        return data

    async def finish(self, answer: Any) -> Any:
        """Wait for what `begin` returned."""
        if isinstance(answer, Waiting):
            await answer.wait()
            return answer.answer()
        return answer


async def transactional(store: SegmentStore | None = None, **settings: str) -> TransactionClient:
    """Start a broker in memory with a topic t of three partitions; `_` in a key stands for `.`."""
    changed = {key.replace("_", "."): value for key, value in settings.items()}
    defaults = {"offsets.topic.num.partitions": "3", "transaction.state.log.num.partitions": "3"}
    client = TransactionClient((await connect(defaults | changed, store=store)).broker)
    await client.create("t", 3)
    return client
