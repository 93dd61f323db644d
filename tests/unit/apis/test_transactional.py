"""What the transactional APIs share."""

from __future__ import annotations

from functools import partial

import pytest

from kafkalite.apis.transactional import ask, ask_prepared, fenced_code, offsets_topic, once_ready
from kafkalite.broker.waiting import Waiting
from kafkalite.core.transactions.rules import Reply, init_producer_id
from kafkalite.wire.errors import ErrorCode
from kafkalite.wire.message import Message
from kafkalite.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from tests.unit.apis.admin_client import connect
from tests.unit.apis.group_client import GroupClient
from tests.unit.apis.slow_store import SlowStore
from tests.unit.apis.transaction_client import TransactionClient, transactional

QUESTION = partial(init_producer_id, message=InitProducerIdRequest(transaction_timeout_ms=60_000))


def respond(reply: Reply) -> Message:
    return InitProducerIdResponse(error_code=reply.code, producer_epoch=reply.producer.epoch)


async def test_an_answer_that_is_there_at_once() -> None:
    client = await transactional()
    await client.init()
    assert ask("x", QUESTION, respond, client.context(5)) == InitProducerIdResponse(producer_epoch=1)


async def test_an_answer_that_waits_for_the_store() -> None:
    store = SlowStore()
    client = TransactionClient((await connect(store=store)).broker)
    await client.init()
    store.slow = True
    answer = ask("x", QUESTION, respond, client.context(5))
    assert isinstance(answer, Waiting)
    store.keep()
    assert answer.answer() == InitProducerIdResponse(producer_epoch=1)


async def test_what_is_missing_is_made_first(monkeypatch: pytest.MonkeyPatch) -> None:
    client = GroupClient((await connect()).broker)
    answer = ask_prepared("x", QUESTION, respond, client.context(5), creates=True)
    assert not isinstance(answer, Message | Waiting | None)
    assert await answer == InitProducerIdResponse(producer_epoch=0)
    assert ask_prepared("x", QUESTION, respond, client.context(5), creates=True) == InitProducerIdResponse(
        producer_epoch=1
    )


async def test_what_cannot_be_made_is_refused() -> None:
    async def fail() -> ErrorCode:
        return ErrorCode.COORDINATOR_NOT_AVAILABLE

    answer = await once_ready(fail(), lambda: None, lambda code: InitProducerIdResponse(error_code=code))
    assert answer == InitProducerIdResponse(error_code=15)


async def test_the_groups_topic() -> None:
    client = await transactional()
    assert await offsets_topic(client.context(0)) is ErrorCode.NONE
    assert "__consumer_offsets" in client.broker.topics.by_name


def test_fenced_has_two_names() -> None:
    assert fenced_code(ErrorCode.PRODUCER_FENCED, knows_fenced=True) == 90
    assert fenced_code(ErrorCode.PRODUCER_FENCED, knows_fenced=False) == 47
    assert fenced_code(ErrorCode.INVALID_TXN_STATE, knows_fenced=False) == 48
