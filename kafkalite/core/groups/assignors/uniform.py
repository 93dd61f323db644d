"""`uniform`: everybody gets as many partitions as everybody else, and keeps what it has as far as that allows.

Where all subscribe to the same topics, no two members differ by more than one partition, and no partition moves that
need not. Where subscriptions differ, no member could take a partition from one that has two or more than it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heapify, heappop, heappush

from kafkalite.core.groups.assignors.subscriber import Subscriber
from kafkalite.core.groups.consumer_member import Assignment
from kafkalite.core.groups.work import Pace, Steps
from kafkalite.wire.message import Uuid


def assign(subscribers: Mapping[str, Subscriber], partitions: Mapping[Uuid, int]) -> Steps[dict[str, Assignment]]:
    """Return every subscriber's partitions; yield where others may have a turn."""
    sharing = _Sharing(subscribers, partitions)
    yield from sharing.keep()
    if len(sharing.subscriptions) == 1:
        yield from sharing.trim()
        yield from sharing.fill()
    else:
        yield from sharing.look_who_subscribes()
        yield from sharing.give_to_least_loaded()
        yield from sharing.balance()
    return sharing.result()


class _Sharing:
    """An assignment in the making.

    free: what nobody has yet. has: what each member has, in the order in which it got it: the latest goes first.
    """

    def __init__(self, subscribers: Mapping[str, Subscriber], partitions: Mapping[Uuid, int]) -> None:
        self._subscribers = subscribers
        self._partitions = partitions
        self.subscriptions = {one.topics for one in subscribers.values()}
        topics = sorted(frozenset().union(*self.subscriptions))
        self._free = {topic_id: set(range(partitions[topic_id])) for topic_id in topics}
        self._has: dict[str, dict[Uuid, dict[int, None]]] = {member_id: {} for member_id in subscribers}
        self._load = dict.fromkeys(subscribers, 0)
        self._of_topic: dict[Uuid, list[str]] = {topic_id: [] for topic_id in topics}  # subscribers, where they differ
        self._pace = Pace()

    def result(self) -> dict[str, Assignment]:
        return {
            member_id: {topic_id: frozenset(some) for topic_id, some in topics.items() if some}
            for member_id, topics in self._has.items()
        }

    def keep(self) -> Steps[None]:
        """Let everybody have what it had, as far as it exists and is subscribed to."""
        for member_id, subscriber in self._subscribers.items():
            for topic_id, before in subscriber.target.items():
                if topic_id not in subscriber.topics:
                    continue
                for partition in sorted(before & self._free[topic_id]):
                    self._give(topic_id, partition, member_id)
                if self._pace.is_over(1 + len(before)):
                    yield

    # -- everybody subscribes to the same

    def trim(self) -> Steps[None]:
        """Take from everybody what is above its share; who has more than the others keeps the odd ones."""
        quota, extra = self._shares()
        for member_id in self._subscribers:
            if self._load[member_id] > quota and extra:
                extra -= 1
                share = quota + 1
            else:
                share = quota
            for topic_id in reversed(self._has[member_id]):
                while self._load[member_id] > share and self._has[member_id][topic_id]:
                    self._take(topic_id, member_id)
                    if self._pace.is_over():
                        yield

    def fill(self) -> Steps[None]:
        """Hand out what is free, to everybody up to its share."""
        quota, extra = self._shares()
        extra -= sum(load > quota for load in self._load.values())
        free = self._all_free()
        for member_id in self._subscribers:
            share = quota
            if self._load[member_id] <= quota and extra:
                extra -= 1
                share += 1
            while self._load[member_id] < share:
                topic_id, partition = next(free)
                self._give(topic_id, partition, member_id)
                if self._pace.is_over():
                    yield

    def _shares(self) -> tuple[int, int]:
        """Return how many partitions everybody gets, and how many members get one more."""
        return divmod(sum(self._partitions[topic_id] for topic_id in self._free), len(self._subscribers))

    def _all_free(self) -> Iterator[tuple[Uuid, int]]:
        return iter([(topic_id, partition) for topic_id, some in self._free.items() for partition in sorted(some)])

    # -- subscriptions differ

    def look_who_subscribes(self) -> Steps[None]:
        for member_id, subscriber in self._subscribers.items():
            for topic_id in subscriber.topics:
                self._of_topic[topic_id].append(member_id)
            if self._pace.is_over(len(subscriber.topics)):
                yield

    def give_to_least_loaded(self) -> Steps[None]:
        """Hand out what is free, each partition to the subscriber that has least: topics with few to choose from
        first."""
        for topic_id in self._in_order():
            heap = self._by_load(topic_id)
            for partition in sorted(self._free[topic_id]):
                _, place, member_id = heappop(heap)
                self._give(topic_id, partition, member_id)
                heappush(heap, (self._load[member_id], place, member_id))
                if self._pace.is_over():
                    yield
            if self._pace.is_over(len(heap)):
                yield

    def balance(self) -> Steps[None]:
        """Move partitions from who has more to who has less, topic by topic, until no move would help."""
        shared = [topic_id for topic_id in self._in_order() if len(self._of_topic[topic_id]) > 1]
        moved = True
        while moved:  # every move makes the sum of the squared loads smaller, so this ends
            moved = False
            for topic_id in shared:
                moved = (yield from self._balance_topic(topic_id)) or moved

    def _balance_topic(self, topic_id: Uuid) -> Steps[bool]:
        takers = self._by_load(topic_id)
        givers = [(-load, place, one) for load, place, one in takers if self._has[one].get(topic_id)]
        heapify(givers)
        moved = False
        while givers:
            load, place, giver = givers[0]
            if -load != self._load[giver] or not self._has[giver][topic_id]:
                heappop(givers)
                if self._has[giver][topic_id]:
                    heappush(givers, (-self._load[giver], place, giver))
                continue
            while takers[0][0] != self._load[takers[0][2]]:
                _, place_of_taker, stale = heappop(takers)
                heappush(takers, (self._load[stale], place_of_taker, stale))
            taker = takers[0][2]
            if self._load[giver] - self._load[taker] < 2:
                break
            self._give(topic_id, self._take(topic_id, giver), taker)
            moved = True
            if self._pace.is_over():
                yield
        if self._pace.is_over(len(takers)):
            yield
        return moved

    def _in_order(self) -> list[Uuid]:
        """Return the topics with most partitions for each subscriber first, then those with fewest subscribers."""
        counts = {topic_id: len(self._of_topic[topic_id]) for topic_id in self._free}
        return sorted(counts, key=lambda one: (-self._partitions[one] / counts[one], counts[one], one))

    def _by_load(self, topic_id: Uuid) -> list[tuple[int, int, str]]:
        """Return a heap of a topic's subscribers: load, a place that settles ties, member id."""
        heap = [(self._load[one], place, one) for place, one in enumerate(self._of_topic[topic_id])]
        heapify(heap)
        return heap

    # -- one partition

    def _give(self, topic_id: Uuid, partition: int, member_id: str) -> None:
        self._free[topic_id].discard(partition)
        self._has[member_id].setdefault(topic_id, {})[partition] = None
        self._load[member_id] += 1

    def _take(self, topic_id: Uuid, member_id: str) -> int:
        partition, _ = self._has[member_id][topic_id].popitem()
        self._free[topic_id].add(partition)
        self._load[member_id] -= 1
        return partition
