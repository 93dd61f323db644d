"""What an assignor knows of a member."""

from __future__ import annotations

from kafkalite.core.groups.assignors import ASSIGNORS
from kafkalite.core.groups.assignors.subscriber import Subscriber


def test_a_new_dynamic_member_has_a_subscription_and_nothing_else() -> None:
    assert Subscriber(frozenset()) == Subscriber(topics=frozenset(), instance_id=None, target={})


def test_the_assignors_are_kafkas_the_first_is_the_default() -> None:
    assert list(ASSIGNORS) == ["uniform", "range"]
