"""Out of use is told once and stays."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kafkalite.storage.health import Health
from kafkalite.storage.renames import Renames
from kafkalite.storage.segment_store import StorageError, StoreFull, StoreOffline
from tests.unit.storage.faults import Faults, Held

FILE = Path("/data/file")


def health(told: list[StorageError]) -> Health:
    return Health(Path("/data"), Held(), told.append)


@pytest.mark.parametrize(
    ("code", "kind"), [(errno.ENOSPC, StoreFull), (errno.EMFILE, StorageError), (errno.EACCES, StorageError)]
)
@pytest.mark.parametrize("verb", ["failed", "failed_elsewhere"])
def test_an_error_about_one_call_changes_nothing(code: int, kind: type[StorageError], verb: str) -> None:
    told: list[StorageError] = []
    one = health(told)
    assert type(getattr(one, verb)(FILE, OSError(code, "text"))) is kind
    one.check()
    assert told == []


@pytest.mark.parametrize("verb", ["failed", "failed_elsewhere"])
def test_a_broken_disk_is_told_once_and_for_good(verb: str, caplog: pytest.LogCaptureFixture) -> None:
    told: list[StorageError] = []
    one = health(told)
    for text in ("first", "second"):
        assert isinstance(getattr(one, verb)(FILE, OSError(errno.EIO, text)), StoreOffline)
    with pytest.raises(StoreOffline, match="/data/file: first"):
        one.check()
    assert [str(problem) for problem in told] == ["/data/file: first"]
    assert "/data is offline: /data/file: first" in caplog.text


def test_what_cannot_be_undone_ends_it(tmp_path: Path) -> None:
    told: list[StorageError] = []
    one = health(told)
    for lasting in (False, True):
        files = Faults()
        (tmp_path / "a").write_text("x")
        renames = Renames(files, tmp_path)
        renames.rename("a", "b")
        files.fail("rename", errno.ENOSPC, nth=1 if lasting else 2, lasting=lasting)
        problem = one.undone(renames, FILE, OSError(errno.ENOSPC, "full"))
        assert isinstance(problem, StoreOffline if lasting else StoreFull)
        assert (tmp_path / "a").exists() is not lasting
    assert "cannot be undone" in str(told[0])
