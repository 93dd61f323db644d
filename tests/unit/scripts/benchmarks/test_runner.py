"""Peers take turns, and one that fails ends its own part of a row only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from scripts.benchmarks import runner
from scripts.benchmarks.peers import LOG, Peer
from scripts.benchmarks.results import Results
from scripts.benchmarks.rows import Figures, Measure, Row, Sizes
from scripts.benchmarks.runner import Turns

TINY = Sizes(megabytes=0)


class Fake(Peer):
    can = frozenset({LOG})

    def __init__(self, name: str) -> None:
        self.name = name


class Scene:
    """Two peers and a row that writes down what happens."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.peers = [Fake("kafkalite"), Fake("other")]
        self.results = Results(["kafkalite", "other"])
        self.on_measure: Callable[[Peer], None] = lambda peer: None

    @contextlib.contextmanager
    def open(self, peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
        self.events.append(f"open {peer.name}")

        def measure() -> Figures:
            self.events.append(peer.name)
            self.on_measure(peer)
            return {"ms": float(len(self.events))}

        yield measure
        self.events.append(f"close {peer.name}")

    def run(self, row: Row, repeats: int = 2) -> None:
        Turns(row, self.peers, TINY, self.results).run(repeats)

    def values(self, peer: str) -> list[float]:
        return self.results.lines[0].values.get(peer, [])


def test_the_first_repeat_does_not_count_and_the_peers_change_places() -> None:
    scene = Scene()
    scene.run(Row("row", scene.open))
    first = ["other", "kafkalite"]
    assert scene.events[:2] == ["open kafkalite", "open other"]
    assert scene.events[2:8] == [*first, "kafkalite", "other", "other", "kafkalite"]
    assert scene.events[8:] == ["close kafkalite", "close other"]
    assert scene.values("kafkalite") == [5.0, 8.0]


def test_a_row_without_warm_up_and_one_that_is_measured_once() -> None:
    scene = Scene()
    scene.run(Row("row", scene.open, warm_up=False), repeats=3)
    assert len(scene.values("other")) == 3
    scene = Scene()
    scene.run(Row("row", scene.open, warm_up=False, once=True), repeats=3)
    assert len(scene.values("other")) == 1


def test_a_failing_peer_keeps_what_it_had_and_is_asked_no_more() -> None:
    scene = Scene()

    def fail_later(peer: Peer) -> None:
        if peer.name == "other" and scene.events.count("other") == 3:
            raise RuntimeError("broken")

    scene.on_measure = fail_later
    scene.run(Row("row", scene.open), repeats=4)
    assert len(scene.values("kafkalite")) == 4
    assert len(scene.values("other")) == 1
    assert scene.results.failures == {"row": {"other": "RuntimeError: broken"}}
    assert scene.events[-2:] == ["close kafkalite", "close other"]


def test_a_peer_that_hangs_fails() -> None:
    scene = Scene()

    def hang(peer: Peer) -> None:
        while peer.name == "other":
            pass

    scene.on_measure = hang
    scene.run(Row("row", scene.open, limit_seconds=0.05))
    assert scene.results.failures == {"row": {"other": "TimeoutError: row took more than 0 s"}}


def test_a_peer_that_lacks_something_is_left_out_with_the_reason() -> None:
    scene = Scene()
    scene.peers[1].can = frozenset()
    scene.run(Row("row", scene.open, frozenset({LOG})))
    assert "open other" not in scene.events
    assert scene.results.failures == {"row": {"other": f"not a broker that {LOG}"}}


def test_cleaning_up_may_fail_as_well() -> None:
    scene = Scene()

    @contextlib.contextmanager
    def open_only(_peer: Peer, _sizes: Sizes) -> Iterator[Measure]:
        yield lambda: {"ms": 1.0}
        raise ConnectionError("gone")

    scene.run(Row("row", open_only))
    assert scene.results.failures["row"]["other"] == "ConnectionError: gone"
    assert scene.values("other") == [1.0, 1.0]


def test_a_peer_that_does_not_start_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()

    def warm_up(peer: Peer, _sizes: Sizes) -> None:
        if peer.name == "other":
            raise RuntimeError("no Java")

    monkeypatch.setattr("scripts.benchmarks.bulk.warm_up", warm_up)
    runner.run([Row("row", scene.open)], scene.peers, TINY, 2, scene.results)
    assert scene.results.failures == {"start-up": {"other": "RuntimeError: no Java"}}
    assert len(scene.values("kafkalite")) == 2
    assert scene.values("other") == []


@pytest.mark.parametrize("row", [Row("writes", Scene().open, writes=True)])
def test_a_row_that_writes_touches_the_page_cache(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[int] = []
    monkeypatch.setattr("scripts.benchmarks.runner.warm_page_cache", touched.append)
    Turns(row, [], Sizes(megabytes=10), Results([])).run(1)
    assert touched == [30]
