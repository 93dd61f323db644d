"""What an error means for a store: this call alone, or the whole log directory from now on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kafkalite.storage.background import Background
from kafkalite.storage.files import storage_error
from kafkalite.storage.renames import Renames
from kafkalite.storage.segment_store import StorageError, StoreOffline

log = logging.getLogger(__name__)


class Health:
    """Whether a log directory is in use. Once it is not, that is for good: the next start looks again."""

    def __init__(self, path: Path, background: Background, ended: Callable[[StorageError], None]) -> None:
        """ended: called once, in the store's own thread, when the directory goes out of use."""
        self._path = path
        self._background = background
        self._ended = ended
        self._problem: StorageError | None = None

    def check(self) -> None:
        """Raise StoreOffline if the directory is out of use."""
        if self._problem is not None:
            raise StoreOffline(str(self._problem))

    def failed(self, path: Path, error: OSError) -> StorageError:
        """Return what to raise for an error of the system; the directory goes out of use if the disk is broken."""
        problem = storage_error(path, error)
        if isinstance(problem, StoreOffline):
            self._end(problem)
        return problem

    def failed_elsewhere(self, path: Path, error: OSError) -> StorageError:
        """Do that in another thread than the store's own."""
        problem = storage_error(path, error)
        if isinstance(problem, StoreOffline):
            self._background.post(partial(self._end, problem))
        return problem

    def broken(self, path: Path, reason: str) -> StoreOffline:
        """Take the directory out of use; return what to raise."""
        problem = StoreOffline(f"{path}: {reason}")
        self._end(problem)
        return problem

    def undone(self, renames: Renames, path: Path, error: OSError) -> StorageError:
        """Undo what was renamed before `error`; return what to raise."""
        try:
            renames.undo()
        except OSError as failure:
            return self.broken(path, f"{error.strerror}; what was begun cannot be undone: {failure.strerror}")
        return self.failed(path, error)

    def _end(self, problem: StorageError) -> None:
        if self._problem is None:
            self._problem = problem
            log.error("%s is offline: %s", self._path, problem)
            self._ended(problem)
