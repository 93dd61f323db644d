"""Which driver a listener gets; what both must do is in test_connection and test_listener, which run with each."""

from __future__ import annotations

import pytest

from kafkalite.server.driver import HAS_EPOLL, new_driver
from kafkalite.server.tasks import TaskDriver


def test_each_driver_can_be_had_by_its_name() -> None:
    assert isinstance(new_driver("tasks", lambda connection: None, 100), TaskDriver)
    if HAS_EPOLL:
        from kafkalite.server.epoll import EpollDriver

        assert isinstance(new_driver("epoll", lambda connection: None, 100), EpollDriver)
        assert isinstance(new_driver("auto", lambda connection: None, 100), EpollDriver)


def test_without_epoll_there_are_tasks_and_who_wants_the_other_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkalite.server.driver.HAS_EPOLL", False)
    assert isinstance(new_driver("auto", lambda connection: None, 100), TaskDriver)
    with pytest.raises(ValueError, match="Linux"):
        new_driver("epoll", lambda connection: None, 100)
