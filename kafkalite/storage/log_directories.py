"""All stores of a broker, one per log directory, and which partition is in which.

A partition stays where its files are. A new one goes to the directory with the fewest partitions. One that is in two
directories is refused: nobody can tell which of the two is right. While a directory is offline, a partition that no
other directory has may well be in that one: it is only begun elsewhere if it is known to be new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from kafkalite.storage.segment_store import PartitionId, SegmentId, SegmentStore, StorageError


class LogDirectories:
    """The stores in the order of `log.dirs`.

    offline: the directories that are out of use, and why: from the start, or since. Without the one that holds the
    cluster's metadata, or without any directory left, a broker can only stop: then `on_lost` is called, once, with the
    reason. is_cordoned: tells whether a directory (by its name) takes no new partitions; whoever knows sets it.
    """

    def __init__(
        self,
        stores: Sequence[SegmentStore],
        *,
        offline: Mapping[str, str] | None = None,
        metadata_directory: str | None = None,
    ) -> None:
        """offline: directories that could not be opened, and why.

        metadata_directory: which one that is, if not the first store's.
        """
        self.offline = dict(offline or {})
        self.is_cordoned: Callable[[str], bool] = lambda directory: False
        self.on_offline: Callable[[SegmentStore, StorageError], None] | None = None
        """Called in trio's thread when a directory goes out of use; its verbs raise StoreOffline from then on."""
        self.on_lost: Callable[[str], None] | None = None
        self._stores = list(stores)
        self._metadata_directory = metadata_directory or self._stores[0].directory
        self._places: dict[PartitionId, SegmentStore] = {}
        self._counts = {store: store.partition_count for store in self._stores}
        """Partitions of each store, those included whose directory comes with their first append."""
        for store in self._stores:
            store.on_offline = partial(self._went_offline, store)

    def __iter__(self) -> Iterator[SegmentStore]:
        """All that could be opened, also those that went offline since."""
        return iter(self._stores)

    @property
    def on_kept(self) -> Callable[[SegmentId, int], None] | None:
        """Who hears how far the stores have kept their promises."""
        return self._stores[0].on_kept

    @on_kept.setter
    def on_kept(self, tell: Callable[[SegmentId, int], None] | None) -> None:
        for store in self._stores:
            store.on_kept = tell

    def describe(self) -> str:
        """Return what the ready line shows, for example `memory` or `disk /one, disk /two`."""
        described = [store.describe() for store in self._online()]
        return ", ".join([*described, *(f"offline {directory}" for directory in self.offline)])

    @property
    def are_cordoned(self) -> bool:
        """Whether no directory takes new partitions."""
        return all(self.is_cordoned(store.directory) for store in self._online())

    def store_of(self, partition: PartitionId, *, is_new: bool = False) -> SegmentStore:
        """Return the store that holds a partition, or shall hold it.

        is_new: it was created just now, so no directory that is offline can have it. Raises StorageError: it is in two
        directories, or may be in one that is offline.
        """
        place = self._places.get(partition)
        if place is None:
            place = self._places[partition] = self._found(partition) or self._chosen(partition, is_new)
        return place

    def delete_partition(self, partition: PartitionId) -> None:
        """Remove everything of a partition, wherever it is. Raises StorageError: something is or may be left."""
        is_found = partition in self._places or any(store.holds(partition) for store in self._stores)
        if self.offline and not is_found:
            raise StorageError(self._may_be_offline(partition))
        for store in self._stores:
            if store.holds(partition):
                store.delete_partition(partition)
        place = self._places.pop(partition, None)
        if place is not None:
            self._counts[place] -= 1

    def keep_starts(self, starts: Mapping[PartitionId, int]) -> None:
        """Remember where logs start, in the store of each: of one store all or nothing. Raises StorageError."""
        for store, mine in self._by_store(starts).items():
            store.keep_starts(mine)

    def keep_recovery_points(self, points: Mapping[PartitionId, int]) -> None:
        """Remember up to where logs are whole and synced, in the store of each. Raises StorageError."""
        for store, mine in self._by_store(points).items():
            store.keep_recovery_points(mine)

    def close(self, *, clean: bool, distrusted: Collection[SegmentStore] = ()) -> None:
        """Close all stores; cleanly, if `clean`, those that are not `distrusted`.

        Raises StorageError if one could not be closed as cleanly as that; all are closed anyway.
        """
        failure: StorageError | None = None
        for store in self._stores:
            is_online = store.directory not in self.offline
            try:
                store.close(clean=clean and is_online and store not in distrusted)
            except StorageError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def _found(self, partition: PartitionId) -> SegmentStore | None:
        holders = [store for store in self._stores if store.holds(partition)]
        if len(holders) > 1:
            name = f"{partition.topic}-{partition.index}"
            raise StorageError(
                f"the directory {name} is in {' and in '.join(store.directory for store in holders)}: "
                "move the one away that is not to be used"
            )
        return holders[0] if holders else None

    def _chosen(self, partition: PartitionId, is_new: bool) -> SegmentStore:
        if self.offline and not is_new:
            raise StorageError(self._may_be_offline(partition))
        online = self._online()
        if not online:
            raise StorageError("no log directory is online")
        if len(online) == 1:
            [chosen] = online
        else:
            willing = [store for store in online if not self.is_cordoned(store.directory)]
            chosen = min(willing or online, key=self._counts.__getitem__)
        self._counts[chosen] += 1
        return chosen

    def _online(self) -> list[SegmentStore]:
        return [store for store in self._stores if store.directory not in self.offline]

    def _may_be_offline(self, partition: PartitionId) -> str:
        name = f"{partition.topic}-{partition.index}"
        return f"{name} is in no log directory that is online; it may be in {' or '.join(self.offline)}"

    def _by_store(self, numbers: Mapping[PartitionId, int]) -> dict[SegmentStore, dict[PartitionId, int]]:
        found: dict[SegmentStore, dict[PartitionId, int]] = {}
        for partition, number in numbers.items():
            found.setdefault(self.store_of(partition), {})[partition] = number
        return found

    def _went_offline(self, store: SegmentStore, problem: StorageError) -> None:
        self.offline[store.directory] = str(problem)
        if self.on_offline is not None:
            self.on_offline(store, problem)
        is_last = not self._online()
        if is_last or store.directory == self._metadata_directory:
            tell, self.on_lost = self.on_lost, None
            which = "no log directory is left" if is_last else f"{store.directory} holds the cluster's metadata"
            if tell is not None:
                tell(f"{which}: {problem}")
