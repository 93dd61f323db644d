"""Fetch sessions (KIP-227), rule by rule."""

from __future__ import annotations

from itertools import count

import pytest

from kafkalite.core.fetch_sessions import EVICT_AFTER_SECONDS, MAX_EPOCH, FetchSession, FetchSessions, WantedPartition
from kafkalite.wire.errors import ErrorCode, KafkaError
from kafkalite.wire.messages.fetch import FetchRequest, FetchResponse

VERSION = 12
Answers = list[tuple[WantedPartition, FetchResponse.PartitionData]]


def request(
    session_id: int = 0, epoch: int = 0, wants: dict[int, int] | None = None, forgets: tuple[int, ...] = ()
) -> FetchRequest:
    """A request for partitions of topic `t`: index -> fetch offset."""
    partitions = [
        FetchRequest.FetchPartition(partition=at, fetch_offset=offset) for at, offset in (wants or {}).items()
    ]
    return FetchRequest(
        session_id=session_id,
        session_epoch=epoch,
        topics=[FetchRequest.FetchTopic(topic="t", partitions=partitions)] if partitions else [],
        forgotten_topics_data=[FetchRequest.ForgottenTopic(topic="t", partitions=list(forgets))] if forgets else [],
    )


def make(slots: int = 1000) -> FetchSessions:
    return FetchSessions(slots, count(1).__next__)


def opened(sessions: FetchSessions, wants: dict[int, int], now: float = 0.0) -> FetchSession:
    _, session, incremental = sessions.open(request(wants=wants), VERSION, now)
    assert session is not None
    assert not incremental
    return session


def answer(session: FetchSession, **changes: object) -> Answers:
    answers = []
    for wanted in session.wanted.values():
        data = FetchResponse.PartitionData(
            partition_index=wanted.index, high_watermark=10, log_start_offset=0, records=b""
        )
        for name, value in changes.items():
            setattr(data, name, value)
        answers.append((wanted, data))
    return answers


def refused(sessions: FetchSessions, asked: FetchRequest, version: int = VERSION) -> ErrorCode:
    with pytest.raises(KafkaError) as caught:
        sessions.open(asked, version, 0.0)
    return caught.value.code


def test_a_full_request_opens_a_session() -> None:
    session = opened(make(), {0: 5, 1: 6})
    assert session.id == 1
    assert [(one.index, one.fetch_offset) for one in session.wanted.values()] == [(0, 5), (1, 6)]


def test_an_empty_full_request_opens_a_session_too() -> None:
    assert opened(make(), {}).id == 1


def test_the_final_epoch_closes_the_session_and_opens_none() -> None:
    sessions = make()
    session = opened(sessions, {0: 0})
    wanted, none, incremental = sessions.open(request(session.id, -1, {0: 3}), VERSION, 0.0)
    assert (len(wanted), none, incremental) == (1, None, False)
    assert len(sessions) == 0


def test_versions_before_sessions_open_none() -> None:
    assert make().open(request(epoch=-1, wants={0: 0}), 4, 0.0)[1] is None


def test_an_incremental_request_changes_adds_and_forgets() -> None:
    sessions = make()
    session = opened(sessions, {0: 0, 1: 0, 2: 0})
    wanted, same, incremental = sessions.open(request(session.id, 1, {1: 7, 3: 9}, forgets=(0,)), VERSION, 0.0)
    assert same is session
    assert incremental
    assert [(one.index, one.fetch_offset) for one in wanted] == [(1, 7), (2, 0), (3, 9)]


def test_an_unknown_session_is_70() -> None:
    assert refused(make(), request(99, 1)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_no_session_with_an_epoch_is_70() -> None:
    assert refused(make(), request(0, 5)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_an_epoch_below_the_final_one_is_70() -> None:
    sessions = make()
    assert refused(sessions, request(opened(sessions, {0: 0}).id, -2)) == ErrorCode.FETCH_SESSION_ID_NOT_FOUND


def test_a_wrong_epoch_is_71_and_leaves_the_expected_one() -> None:
    sessions = make()
    session = opened(sessions, {0: 0})
    assert refused(sessions, request(session.id, 2)) == ErrorCode.INVALID_FETCH_SESSION_EPOCH
    sessions.open(request(session.id, 1), VERSION, 0.0)


def test_ids_and_names_do_not_mix_106() -> None:
    sessions = make()
    session = opened(sessions, {0: 0})
    assert refused(sessions, request(session.id, 1), version=13) == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR


def test_the_epoch_wraps_to_1() -> None:
    sessions = make()
    session = opened(sessions, {0: 0})
    session.epoch = MAX_EPOCH
    sessions.open(request(session.id, MAX_EPOCH), VERSION, 0.0)
    assert session.epoch == 1


def test_a_session_that_forgets_everything_is_closed() -> None:
    sessions = make()
    session = opened(sessions, {0: 0})
    wanted, _, _ = sessions.open(request(session.id, 1, forgets=(0,)), VERSION, 0.0)
    assert wanted == []
    assert len(sessions) == 0


def test_unchanged_partitions_are_no_news() -> None:
    session = opened(make(), {0: 0, 1: 0})
    assert len(session.news(answer(session))) == 2
    assert session.news(answer(session)) == []


@pytest.mark.parametrize(
    "change", [{"high_watermark": 11}, {"log_start_offset": 1}, {"records": b"x"}, {"error_code": 3}]
)
def test_what_changed_is_news(change: dict[str, object]) -> None:
    session = opened(make(), {0: 0})
    session.news(answer(session))
    assert len(session.news(answer(session, **change))) == 1


def test_an_error_is_news_each_time_and_so_is_its_end() -> None:
    session = opened(make(), {0: 0})
    for code in (3, 3, 0):
        assert len(session.news(answer(session, error_code=code))) == 1
    assert session.news(answer(session)) == []


def test_partitions_that_gave_records_go_last_next_time() -> None:
    session = opened(make(), {0: 0, 1: 0, 2: 0})
    answers = answer(session)
    answers[0][1].records = b"records"
    session.news(answers)
    assert [one.index for one in session.wanted.values()] == [1, 2, 0]


def test_of_a_partition_named_twice_the_last_mention_counts() -> None:
    twice = [FetchRequest.FetchPartition(partition=0, fetch_offset=offset) for offset in (1, 2)]
    asked = FetchRequest(session_epoch=0, topics=[FetchRequest.FetchTopic(topic="t", partitions=twice)])
    wanted, _, _ = make().open(asked, VERSION, 0.0)
    assert [one.fetch_offset for one in wanted] == [2]


def test_full_slots_refuse_a_session_until_one_is_old() -> None:
    sessions = make(slots=1)
    opened(sessions, {0: 0}, now=0.0)
    wanted, none, _ = sessions.open(request(wants={1: 0}), VERSION, EVICT_AFTER_SECONDS - 1)
    assert (len(wanted), none) == (1, None)
    _, session, _ = sessions.open(request(wants={1: 0}), VERSION, EVICT_AFTER_SECONDS)
    assert session is not None
    assert len(sessions) == 1
