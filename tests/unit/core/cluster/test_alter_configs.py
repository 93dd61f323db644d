"""Deciding on changed configurations: what each operation makes of what is there, who is refused and in which words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kafkalite.core.cluster.alter_configs import (
    APPEND,
    BROKER,
    DELETE,
    GROUP,
    SET,
    SUBTRACT,
    TOPIC,
    Alteration,
    Operation,
    Outcome,
    Rules,
    alter_configs,
    malformed,
    node_id_of,
    records_of,
)
from kafkalite.core.cluster.image import (
    ClusterImage,
    broker_configs_record,
    broker_record,
    group_configs_record,
    topic_record,
)
from kafkalite.wire.errors import KafkaError

A = bytes([1] * 16)


class Key:
    def __init__(self, kind: str, default: str | None = None) -> None:
        self.type = kind
        self.default = default


KEYS = {"number": Key("INT", "1"), "list": Key("LIST", "x"), "bare": Key("LIST")}


def problem_of_topic(configs: Mapping[str, str]) -> str | None:
    return "a bad topic" if "bad" in configs.values() else None


def problem_of_broker(cluster_wide: Mapping[str, str], own: Mapping[str, str], changing_own: bool) -> str | None:
    if "bad" in [*cluster_wide.values(), *own.values()]:
        return "bad of " + ("one" if changing_own else "all")
    return "together" if cluster_wide.get("number") == own.get("number") == "7" else None


def problem_of_group(configs: Mapping[str, str]) -> str | None:
    return "a bad group" if "bad" in configs.values() else None


RULES = Rules(0, KEYS, KEYS, problem_of_topic, problem_of_broker, KEYS, problem_of_group)


def image(own: dict[str, str] | None = None, **configs: str) -> ClusterImage:
    """An image with broker 0, its dynamic settings and topic `a`."""
    made = ClusterImage()
    for record in (broker_record(0, None), topic_record("a", A, [[0]], configs), broker_configs_record(0, own or {})):
        made.apply(record)
    return made


def topic(*operations: tuple[str, int, str | None], name: str = "a", replaces: bool = False) -> Alteration:
    return Alteration(TOPIC, name, [Operation(*operation) for operation in operations], replaces)


def broker(name: str, *operations: tuple[str, int, str | None], replaces: bool = False) -> Alteration:
    return Alteration(BROKER, name, [Operation(*operation) for operation in operations], replaces)


def one(of: ClusterImage, alteration: Alteration) -> Outcome:
    (outcome,) = alter_configs(of, [alteration], RULES)
    return outcome


def after(of: ClusterImage, alteration: Alteration) -> dict[str, str]:
    outcome = one(of, alteration)
    assert isinstance(outcome, dict), outcome
    configs: dict[str, str] = outcome["configs"]
    return configs


def refusal(outcome: Outcome | KafkaError) -> tuple[int, str | None]:
    assert isinstance(outcome, KafkaError), outcome
    return outcome.code, outcome.message


# Operations


def test_set_adds_and_replaces() -> None:
    assert after(image(number="1"), topic(("number", SET, "2"))) == {"number": "2"}
    assert after(image(number="1"), topic(("list", SET, "y"))) == {"number": "1", "list": "y"}


def test_delete_forgets_and_needs_nothing_to_be_there() -> None:
    assert after(image(number="1", list="y"), topic(("number", DELETE, "ignored"))) == {"list": "y"}
    assert one(image(), topic(("number", DELETE, None), ("unknown", DELETE, None))) is None


@pytest.mark.parametrize(
    ("before", "operation", "given", "left"),
    [
        (None, APPEND, "y", "x,y"),
        ("a", APPEND, "b,c", "a,b,c"),
        ("a,b", APPEND, " b , c", "a,b,c"),
        ("", APPEND, "b", "b"),
        ("a,b,c", SUBTRACT, "b", "a,c"),
        ("a, b", SUBTRACT, " b,z", "a"),
        ("a", SUBTRACT, "a", ""),
        (None, SUBTRACT, "x", ""),
        ("a", APPEND, "", "a,"),
    ],
)
def test_lists_change_item_by_item(before: str | None, operation: int, given: str, left: str) -> None:
    configs: dict[str, str] = {} if before is None else {"list": before}
    assert after(image(None, **configs), topic(("list", operation, given))) == {"list": left}


def test_a_list_without_default_begins_empty() -> None:
    assert after(image(), topic(("bare", APPEND, "y"))) == {"bare": "y"}


def test_several_keys_change_together() -> None:
    changed = after(image(number="1"), topic(("number", DELETE, None), ("list", APPEND, "y")))
    assert changed == {"list": "x,y"}


def test_replacing_unsets_what_is_not_mentioned() -> None:
    assert after(image(number="1"), topic(("list", SET, "y"), replaces=True)) == {"list": "y"}
    assert after(image(number="1"), topic(replaces=True)) == {}


def test_what_changes_nothing_needs_no_record() -> None:
    outcomes = alter_configs(image(number="1"), [topic(("number", SET, "1"))], RULES)
    assert outcomes == [None]
    assert records_of(outcomes) == []


# Form


@pytest.mark.parametrize(
    ("alteration", "text"),
    [
        (topic(("number", SET, "1"), ("number", DELETE, None)), "Error due to duplicate config keys"),
        (topic(("number", SET, None), ("list", APPEND, None)), "Null value not supported for : number, list"),
        (topic(("number", 4, "1")), "Unknown operation type 4"),
        (topic(("number", -1, "1")), "Unknown operation type -1"),
    ],
)
def test_malformed_alterations_are_42(alteration: Alteration, text: str) -> None:
    (problem,) = malformed([alteration])
    assert problem is not None
    assert refusal(problem) == (42, text)


def test_a_resource_twice_is_42_and_spares_the_others() -> None:
    problems = malformed([topic(), broker("0"), topic(), topic(name="b")])
    assert [problem and problem.code for problem in problems] == [42, None, 42, None]
    assert problems[0] is not None
    assert problems[0].message == "Each resource must appear at most once."


def test_a_name_may_belong_to_two_kinds_of_resources() -> None:
    assert malformed([topic(name="0"), broker("0")]) == [None, None]


# Topics


@pytest.mark.parametrize(
    ("alteration", "code", "text"),
    [
        (topic(("number", APPEND, "1")), 40, "Can't APPEND to key number because its type is not LIST."),
        (topic(("nope", SUBTRACT, "1")), 40, "Can't SUBTRACT to key nope because its type is not LIST."),
        (topic(name=""), 42, "Default topic resources are not allowed."),
        (topic(name="."), 17, "Topic name is invalid: '.' is not allowed"),
        (topic(("number", SET, "bad")), 40, "a bad topic"),
        (topic(("number", SET, "bad"), name="b"), 40, "a bad topic"),
        (topic(("number", SET, "1"), name="b"), 3, "The topic 'b' does not exist."),
    ],
)
def test_topics_are_refused(alteration: Alteration, code: int, text: str) -> None:
    assert refusal(one(image(), alteration)) == (code, text)


def test_each_resource_fails_for_itself() -> None:
    alterations = [topic(name="b"), topic(("number", SET, "2")), broker("9")]
    first, second, third = alter_configs(image(), alterations, RULES)
    assert refusal(first)[0] == 3
    assert isinstance(second, dict)
    assert refusal(third)[0] == 42
    assert records_of([first, second, third]) == [second]


# Groups


def group(name: str, *operations: tuple[str, int, str | None], replaces: bool = False) -> Alteration:
    return Alteration(GROUP, name, [Operation(*operation) for operation in operations], replaces)


def test_groups_are_configured_whether_they_exist_or_not() -> None:
    assert after(image(), group("g", ("number", SET, "2"))) == {"number": "2"}
    with_one = image()
    with_one.apply(group_configs_record("g", {"number": "2"}))
    assert after(with_one, group("g", ("list", APPEND, "y"))) == {"number": "2", "list": "x,y"}
    assert after(with_one, group("g", ("number", DELETE, None))) == {}
    assert after(with_one, group("g", ("list", SET, "y"), replaces=True)) == {"list": "y"}
    assert one(with_one, group("g", ("number", SET, "2"))) is None
    assert one(with_one, group("h", ("number", DELETE, None))) is None


@pytest.mark.parametrize(
    ("alteration", "code", "text"),
    [
        (group("", ("number", SET, "1")), 42, "Default group resources are not allowed."),
        (group("g", ("number", SET, "bad")), 40, "a bad group"),
        (group("g", ("number", APPEND, "1")), 40, "Can't APPEND to key number because its type is not LIST."),
    ],
)
def test_groups_are_refused(alteration: Alteration, code: int, text: str) -> None:
    assert refusal(one(image(), alteration)) == (code, text)


# Brokers


def test_own_settings_and_those_of_all_are_two_layers() -> None:
    assert one(image(), broker("0", ("number", SET, "2"))) == broker_configs_record(0, {"number": "2"})
    assert one(image(), broker("", ("number", SET, "2"))) == broker_configs_record(None, {"number": "2"})
    assert after(image({"number": "1"}), broker("0", ("list", APPEND, "y"))) == {"number": "1", "list": "x,y"}
    assert after(image({"number": "1"}), broker("", ("list", SET, "y"))) == {"list": "y"}


def test_an_unknown_key_is_kept() -> None:
    assert after(image(), broker("0", ("some.plugin", SET, "1"))) == {"some.plugin": "1"}


@pytest.mark.parametrize(
    ("alteration", "code", "text"),
    [
        (broker("0", ("number", APPEND, "1")), 40, "Config value append is not allowed for config key: number"),
        (broker("0", ("number", SUBTRACT, "1")), 40, "Config value subtract is not allowed for config key: number"),
        (broker("", ("nope", APPEND, "1")), 40, "Unknown config name: nope"),
        (broker("9"), 42, "Unexpected broker id, expected 0, but received 9"),
        (broker("x"), 42, "Node id must be an integer, but it is: x"),
        (broker("0", ("number", SET, "bad")), 42, "bad of one"),
        (broker("", ("number", SET, "bad")), 42, "bad of all"),
    ],
)
def test_brokers_are_refused(alteration: Alteration, code: int, text: str) -> None:
    assert refusal(one(image(), alteration)) == (code, text)


def test_both_layers_of_one_request_are_looked_at_together() -> None:
    first, second = alter_configs(image(), [broker("", ("number", SET, "7")), broker("0", ("number", SET, "7"))], RULES)
    assert isinstance(first, dict)
    assert refusal(second) == (42, "together")


def test_a_refused_layer_leaves_no_trace_in_the_request() -> None:
    first, second = alter_configs(
        image(), [broker("", ("number", SET, "bad")), broker("0", ("number", SET, "7"))], RULES
    )
    assert refusal(first)[0] == 42
    assert second == broker_configs_record(0, {"number": "7"})


def test_deciding_changes_no_image() -> None:
    before = image({"number": "1"}, list="y")
    alter_configs(before, [topic(("list", DELETE, None)), broker("0", ("number", DELETE, None))], RULES)
    assert before.topics["a"].configs == {"list": "y"}
    assert before.broker_configs == {0: {"number": "1"}}


@pytest.mark.parametrize("text", ["", "x", "1.0", "²", "99999999999"])
def test_a_node_id_is_a_number(text: str) -> None:
    with pytest.raises(KafkaError, match="Node id must be an integer, but it is: "):
        node_id_of(text)
    assert node_id_of("+7") == 7
