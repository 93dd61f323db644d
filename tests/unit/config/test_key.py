"""A key parses and refuses texts as Kafka's ConfigDef does. Every message here was given by Apache Kafka 4.4."""

from __future__ import annotations

from typing import Any

import pytest

from kafkalite.config.key import ConfigError, Key, java_double, read_table


def key(type_: str, valid: str = "-", default: str = "null", disposition: str = "honoured") -> Key:
    return read_table(f"== {disposition}: Not built yet.\nthe.key  {type_}  {default}  {valid}  read-only")["the.key"]


def refusal(key: Key, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        key.accept(text)
    assert caught.value.key == "the.key"
    return str(caught.value).removeprefix(f"Invalid value {text} for configuration the.key: ")


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("BOOLEAN", " TRUE ", True),
        ("BOOLEAN", "false", False),
        ("INT", " 7 ", 7),
        ("INT", "+7", 7),
        ("INT", "-2147483648", -(2**31)),
        ("SHORT", "32767", 32767),
        ("LONG", "9223372036854775807", 2**63 - 1),
        ("DOUBLE", "0.5", 0.5),
        ("DOUBLE", "0.7f", 0.7),
        ("DOUBLE", "1e-3", 0.001),
        ("STRING", "  a b ", "a b"),
        ("LIST", "", []),
        ("LIST", " ", []),
        ("LIST", " a , b ", ["a", "b"]),
        ("LIST", "a,b,a", ["a", "b"]),
        ("PASSWORD", " secret ", "secret"),
    ],
)
def test_texts_are_trimmed_and_parsed_by_type(type_: str, text: str, value: Any) -> None:
    assert key(type_).parse(text) == value


@pytest.mark.parametrize(
    ("type_", "text", "message"),
    [
        ("BOOLEAN", "yes", "Expected value to be either true or false"),
        ("INT", "abc", "Not a number of type INT"),
        ("INT", "", "Not a number of type INT"),
        ("INT", "2147483648", "Not a number of type INT"),
        ("INT", "1_000", "Not a number of type INT"),
        ("INT", "0x10", "Not a number of type INT"),
        ("INT", "+-1", "Not a number of type INT"),
        ("SHORT", "32768", "Not a number of type SHORT"),
        ("LONG", "9223372036854775808", "Not a number of type LONG"),
        ("LONG", "1.0", "Not a number of type LONG"),
        ("DOUBLE", "abc", "Not a number of type DOUBLE"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(type_: str, text: str, message: str) -> None:
    assert refusal(key(type_), text) == message


@pytest.mark.parametrize(
    ("type_", "valid", "text", "message"),
    [
        ("INT", "[0,...]", "-1", "Value must be at least 0"),
        ("INT", "[1,...,17]", "18", "Value must be no more than 17"),
        ("INT", "[1,...,17]", "0", "Value must be at least 1"),
        ("INT", "[-131072,...,22]", "23", "Value must be no more than 22"),
        ("INT", "[1,...,9] or -1", "0", "Value must be between 1 and 9 or equal to -1"),
        ("INT", "[1,...,9] or -1", "12", "Value must be between 1 and 9 or equal to -1"),
        ("STRING", "[gzip, producer]", "GZIP", "String must be one of: gzip, producer"),
        ("STRING", "[gzip, producer]", "", "String must be one of: gzip, producer"),
        ("LIST", "[compact, delete]", "foo", "String must be one of: compact, delete"),
        (
            *("STRING", "(case insensitive) [DISABLED, UPGRADE]", "foo"),
            "String must be one of (case insensitive): DISABLED, UPGRADE",
        ),
        ("STRING", "non-empty string", "", "String must be non-empty"),
    ],
)
def test_what_the_rule_excludes_is_refused_with_the_rule(type_: str, valid: str, text: str, message: str) -> None:
    assert refusal(key(type_, valid), text) == message


@pytest.mark.parametrize(
    ("type_", "valid", "text"),
    [
        ("INT", "[0,...]", "0"),
        ("INT", "[1,...,17]", "17"),
        ("INT", "[1,...,9] or -1", "-1"),
        ("DOUBLE", "[0,...,1]", "1"),
        ("STRING", "(case insensitive) [DISABLED, UPGRADE]", "Upgrade"),
        ("LIST", "[compact, delete]", "delete,compact"),
        ("LIST", "[compact, delete]", ""),
        ("LIST", "[partitionId]:[brokerId],[partitionId]:[brokerId],...", "*"),
        ("LIST", "[partitionId]:[brokerId],[partitionId]:[brokerId],...", "1:2,3:4"),
        ("LIST", "non-empty list", "a"),
    ],
)
def test_what_the_rule_allows_is_taken(type_: str, valid: str, text: str) -> None:
    key(type_, valid).parse(text)


@pytest.mark.parametrize("text", [",a", "a,", "a,,b", ","])
def test_a_list_has_no_empty_items(text: str) -> None:
    assert refusal(key("LIST"), text) == "Configuration 'the.key' values must not be empty."


def test_a_list_that_must_not_be_empty_says_so() -> None:
    message = "Configuration 'the.key' must not be empty. Valid values include: any non-empty value"
    assert refusal(key("LIST", "non-empty list"), "") == message


def test_bad_replicas_are_refused_with_their_form() -> None:
    form = "[partitionId]:[brokerId],[partitionId]:[brokerId],..."
    assert refusal(key("LIST", form), "foo") == (
        "Invalid value [foo] for configuration the.key: the.key must be the literal '*' or a list of replicas in the "
        f"following format: {form}"
    )


def test_a_double_out_of_range_is_shown_as_java_does() -> None:
    assert refusal(key("DOUBLE", "[0,...,1]"), "2") == (
        "Invalid value 2.0 for configuration the.key: Value must be no more than 1"
    )


def test_a_password_is_never_shown() -> None:
    secret = key("PASSWORD", disposition="refused")
    assert secret.sensitive
    assert "swordfish" not in refusal(secret, "swordfish")


def test_a_refused_key_takes_only_what_changes_nothing() -> None:
    refused = key("LONG", "[1,...]", "100", "refused")
    assert refused.accept("100") == 100
    assert refusal(refused, "1") == "Not built yet."
    assert key("STRING", disposition="refused").accept("") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.5, "0.5"), (0.0, "0.0"), (1.0, "1.0"), (0.0001, "1.0E-4"), (-0.00025, "-2.5E-4"), (1e7, "1.0E7")),
        *((12345678.9, "1.23456789E7"), (9999999.0, "9999999.0"), (1.7976931348623157e308, "1.7976931348623157E308")),
        *((1e22, "1.0E22"), (0.001, "0.001"), (123456789012.5, "1.234567890125E11")),
    ],
)
def test_doubles_are_spelled_as_java_spells_them(value: float, text: str) -> None:
    assert java_double(value) == text


@pytest.mark.parametrize(
    ("type_", "text", "spelled"),
    [("LIST", " a, b ", "a,b"), ("BOOLEAN", "TRUE", "true"), ("INT", "+7", "7"), ("DOUBLE", "1", "1.0")],
)
def test_a_value_is_spelled_as_kafka_answers_it(type_: str, text: str, spelled: str) -> None:
    assert key(type_).text(key(type_).parse(text)) == spelled


def test_no_value_has_no_text() -> None:
    assert key("INT").text(None) is None


def test_a_table_is_read_row_by_row() -> None:
    first, second, third = read_table(
        """\
== honoured: One
a.key  INT  5  [0,...]  cluster-wide
    What it
    does.
    Kafka: 7 - Five is enough.

== later: It is not built yet.
b.key  STRING  ""  -  read-only
    What it would do.
c.key  LONG  null  -  per-broker
"""
    ).values()
    assert (first.default, first.kafka_default, first.why_different) == ("5", "7", "Five is enough.")
    assert (first.documentation, first.section, first.read_only, first.type_id) == ("What it does.", "One", False, 3)
    assert (second.default, second.default_value, second.read_only) == ("", "", True)
    assert second.documentation == "What it would do. It is not built yet."
    assert (third.default, third.default_value, third.disposition) == (None, None, "later")
    assert third.documentation == "It is not built yet."


def test_a_topic_key_names_the_broker_keys_it_falls_back_on() -> None:
    rows = "== honoured: x\na  LONG  1  -  b.ms b.hours\nc  LONG  1  -  -"
    assert [key.synonyms for key in read_table(rows, of_topic=True).values()] == [("b.ms", "b.hours"), ()]
