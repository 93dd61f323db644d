"""The broker as a process: start, port file, signals, what stops a start, what a restart finds."""

from __future__ import annotations

import errno
import gc
import os
import signal
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import trio

from kafkalite.config import BrokerConfig
from kafkalite.server import stores
from kafkalite.server.listener import open_socket
from kafkalite.server.serve import serve
from kafkalite.settings import LostDisk, Ready, Settings, StartError
from kafkalite.storage.disk import DiskStore
from kafkalite.storage.segment_store import StoreOffline
from kafkalite.wire.codec import decode
from kafkalite.wire.messages.metadata import MetadataRequest, MetadataResponse
from tests.unit.server.sockets import Answers, frame
from tests.unit.storage.faults import Faults


def settings(
    directory: Path, overrides: Mapping[str, str] | None = None, *, memory: bool = False, port: int = 0
) -> Settings:
    given = {"listeners": f"PLAINTEXT://127.0.0.1:{port}", "log.dirs": str(directory / "data")}
    config = BrokerConfig.of(given | dict(overrides or {}))
    return Settings(
        config=config,
        listeners=config.listeners,
        memory=memory,
        port_file=directory / "port",
    )


class Run:
    """One run of `serve`, ended by a signal."""

    def __init__(self, wanted: Settings) -> None:
        self.settings = wanted
        self.told: list[Ready] = []
        self._ready = trio.Event()

    def ready(self, told: Ready) -> None:
        self.told.append(told)
        self._ready.set()

    async def start(self, nursery: trio.Nursery) -> Ready:
        nursery.start_soon(partial(serve, self.settings, ready=self.ready))
        await self._ready.wait()
        return self.told[0]


async def ask_metadata(ready: Ready, *topics: str) -> MetadataResponse:
    """Ask for topics, creating them."""
    names = [MetadataRequest.MetadataRequestTopic(name=name) for name in topics]
    async with await trio.open_tcp_stream("127.0.0.1", ready.listeners[0].port) as stream:
        await stream.send_all(frame(MetadataRequest(topics=names or None), 12, 1))
        _, body = await Answers(stream).read()
        return decode(MetadataResponse, 12, body, 1)[0]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    async with trio.open_nursery() as nursery:
        ready = await Run(settings(tmp_path)).start(nursery)
        assert (tmp_path / "port").read_text() == f"127.0.0.1:{ready.listeners[0].port}\n"
        signal.raise_signal(number)
    assert not (tmp_path / "port").exists()
    assert (tmp_path / "data" / ".kafka_cleanshutdown").exists()


async def test_a_restart_finds_the_cluster_and_its_topics(tmp_path: Path) -> None:
    seen = []
    for topics in (["t"], []):
        async with trio.open_nursery() as nursery:
            ready = await Run(settings(tmp_path)).start(nursery)
            answer = await ask_metadata(ready, *topics)
            seen.append((answer.cluster_id, [(topic.name, topic.topic_id) for topic in answer.topics]))
            assert answer.cluster_id == ready.cluster_id
            signal.raise_signal(signal.SIGTERM)
    assert seen[0] == seen[1]
    assert seen[0][1][0][0] == "t"


async def test_memory_leaves_nothing(tmp_path: Path) -> None:
    async with trio.open_nursery() as nursery:
        ready = await Run(settings(tmp_path, memory=True)).start(nursery)
        assert ready.store == "memory"
        await ask_metadata(ready, "t")
        signal.raise_signal(signal.SIGTERM)
    assert list(tmp_path.iterdir()) == []


async def test_clients_are_told_the_address_they_dialled_or_the_advertised_one(tmp_path: Path) -> None:
    advertised = {"advertised.listeners": "PLAINTEXT://kafka.example:4711"}
    for overrides, expected in ((None, None), (advertised, ("kafka.example", 4711))):
        async with trio.open_nursery() as nursery:
            ready = await Run(settings(tmp_path, overrides, memory=True)).start(nursery)
            [broker] = (await ask_metadata(ready)).brokers
            assert (broker.host, broker.port) == (expected or ("127.0.0.1", ready.listeners[0].port))
            signal.raise_signal(signal.SIGTERM)


async def refused(wanted: Settings) -> str:
    with pytest.raises(StartError) as caught:
        await serve(wanted, ready=lambda told: None)
    assert gc.isenabled()
    return str(caught.value)


async def test_a_taken_port_says_what_to_do(tmp_path: Path) -> None:
    with open_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = await refused(settings(tmp_path, port=port))
    assert f"127.0.0.1:{port}" in said
    assert "--listen" in said


async def test_a_taken_directory_says_what_to_do(tmp_path: Path) -> None:
    async with trio.open_nursery() as nursery:
        await Run(settings(tmp_path)).start(nursery)
        assert "--data-dir" in await refused(settings(tmp_path))
        signal.raise_signal(signal.SIGTERM)


async def test_another_node_id_is_refused(tmp_path: Path) -> None:
    async with trio.open_nursery() as nursery:
        await Run(settings(tmp_path)).start(nursery)
        signal.raise_signal(signal.SIGTERM)
    assert "node.id" in await refused(settings(tmp_path, {"node.id": "5"}))


async def test_metadata_of_another_cluster_is_refused(tmp_path: Path) -> None:
    async with trio.open_nursery() as nursery:
        await Run(settings(tmp_path)).start(nursery)
        signal.raise_signal(signal.SIGTERM)
    meta = tmp_path / "data" / "meta.properties"
    lines = meta.read_text().splitlines()
    meta.write_text("\n".join("cluster.id=AAAAAAAAAAAAAAAAAAAAAA" if "cluster.id" in one else one for one in lines))
    assert "meta.properties" in await refused(settings(tmp_path))


async def test_a_start_that_fails_lets_go_of_the_directory(tmp_path: Path) -> None:
    async with trio.open_nursery() as nursery:
        await Run(settings(tmp_path)).start(nursery)
        signal.raise_signal(signal.SIGTERM)
    await refused(settings(tmp_path, {"node.id": "5"}))
    async with trio.open_nursery() as nursery:
        await Run(settings(tmp_path)).start(nursery)
        signal.raise_signal(signal.SIGTERM)


# Disks that fail


class Disks:
    """The stores of a run, which the test can break."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stores: dict[str, tuple[DiskStore, Faults]] = {}
        monkeypatch.setattr(stores, "DiskStore", self._open)

    def _open(self, path: Path, *, max_open_files: int) -> DiskStore:
        files = Faults()
        store = DiskStore(path, files=files, max_open_files=max_open_files)
        self.stores[path.name] = store, files
        return store

    def break_down(self, name: str) -> None:
        store, files = self.stores[name]
        files.fail("look", errno.EIO)
        with pytest.raises(StoreOffline):
            store.space()


@pytest.mark.parametrize(
    ("failing", "reason"),
    [
        (["a"], "a holds the cluster's metadata"),
        (["c", "b"], "no log directory is left"),
    ],
)
async def test_without_the_disks_it_needs_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: list[str], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys = {"log.dirs": ",".join(str(tmp_path / name) for name in "abc")}
    if len(failing) == 2:
        keys = {"log.dirs": f"{tmp_path}/b,{tmp_path}/c", "metadata.log.dir": f"{tmp_path}/a"}
    disks = Disks(monkeypatch)
    with pytest.RaisesGroup(pytest.RaisesExc(LostDisk, match=reason), flatten_subgroups=True):
        async with trio.open_nursery() as nursery:
            ready = await Run(settings(tmp_path, keys)).start(nursery)
            await ask_metadata(ready, "t")
            for name in failing:
                disks.break_down(name)
    assert f"the broker cannot go on: {reason}" in caplog.text or reason in caplog.text
    assert not (tmp_path / failing[0] / ".kafka_cleanshutdown").exists()
    if len(failing) == 1:
        assert (tmp_path / "b" / ".kafka_cleanshutdown").exists()


async def test_without_another_disk_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"log.dirs": ",".join(str(tmp_path / name) for name in "abc")}
    disks = Disks(monkeypatch)
    async with trio.open_nursery() as nursery:
        ready = await Run(settings(tmp_path, keys)).start(nursery)
        disks.break_down("b")
        assert [topic.error_code for topic in (await ask_metadata(ready, "t")).topics] == [0]
        signal.raise_signal(signal.SIGTERM)
    assert [(tmp_path / name / ".kafka_cleanshutdown").exists() for name in "abc"] == [True, False, True]


async def test_metadata_that_cannot_be_synced_any_more_stop_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.RaisesGroup(pytest.RaisesExc(LostDisk, match="cannot be synced"), flatten_subgroups=True):
        async with trio.open_nursery() as nursery:
            ready = await Run(settings(tmp_path)).start(nursery)
            monkeypatch.setattr(os, "fsync", fail)
            await ask_metadata(ready, "t")
    assert not (tmp_path / "data" / ".kafka_cleanshutdown").exists()


async def test_a_stop_that_is_not_clean_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disks = Disks(monkeypatch)
    with pytest.RaisesGroup(pytest.RaisesExc(LostDisk, match="not closed cleanly"), flatten_subgroups=True):
        async with trio.open_nursery() as nursery:
            await Run(settings(tmp_path)).start(nursery)
            disks.stores["data"][1].fail("sync", errno.EIO)
            signal.raise_signal(signal.SIGTERM)
    assert not (tmp_path / "data" / ".kafka_cleanshutdown").exists()
