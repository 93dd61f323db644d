"""Properties files are read by Java's rules, environment variables by those of Kafka's Docker images."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkalite.config.broker_keys import BROKER_KEYS
from kafkalite.config.key import ConfigError
from kafkalite.config.sources import (
    Given,
    from_environment,
    from_file,
    from_overrides,
    key_to_variable,
    parse_properties,
    variable_to_key,
)


def pairs(text: str) -> list[tuple[str, str]]:
    return [(key, value) for _, key, value in parse_properties(text)]


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("a=b", "a", "b"),
        ("a:b", "a", "b"),
        ("a b", "a", "b"),
        ("  a \t = \t b c ", "a", "b c "),
        ("a", "a", ""),
        ("a=", "a", ""),
        ("a==b", "a", "=b"),
        ("a = : b", "a", ": b"),
        (r"a\ b\=\:=c", "a b=:", "c"),
        (r"a=\t\n\\\q", "a", "\t\n\\q"),
        (r"a=\u00e9", "a", "é"),
        (r"a=\ud83d\ude00", "a", "😀"),
        ("a=b\\\n   c", "a", "bc"),
        ("a\\\n=b", "a", "b"),
        ("a=b\\", "a", "b"),
        ("a=b\\\\\nc=d", "a", "b\\"),
        ("a=#b", "a", "#b"),
    ],
)
def test_a_property_is_read_as_java_reads_it(text: str, key: str, value: str) -> None:
    assert pairs(text)[0] == (key, value)


def test_comments_and_blank_lines_say_nothing() -> None:
    assert pairs("# a=1\n  ! b=2\n\n \t\nc=3\r\n#\\\nd=4\r") == [("c", "3"), ("d", "4")]


def test_a_continued_comment_is_no_comment() -> None:
    assert pairs("# a\\\nb=1") == [("b", "1")]


@given(st.text(alphabet="a=: \\\n#\tu", max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    pairs(text)


def test_a_setting_of_a_file_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "server.properties"
    path.write_text("# c\n\na=1\\\n2\nb=2\n")
    assert from_file(path) == [
        Given("a", "12", "server.properties line 3"),
        Given("b", "2", "server.properties line 5"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_file_may_be_utf8_or_what_java_takes_it_for(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "server.properties"
    path.write_bytes("log.dirs=/donnée".encode(encoding))
    assert from_file(path)[0].text == "/donnée"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*: No such file or directory"):
        from_file(tmp_path / "none")


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("KAFKA_LOG_RETENTION_MS", "log.retention.ms"),
        ("KAFKA_A__B", "a_b"),
        ("KAFKA_A___B", "a-b"),
        ("KAFKA_A__B_C___D", "a_b.c-d"),
    ],
)
def test_underscores_of_a_variable_stand_for_what_docker_images_say(variable: str, key: str) -> None:
    assert variable_to_key(variable) == key
    assert key_to_variable(key) == variable


def test_every_key_has_its_variable() -> None:
    assert [key for key in BROKER_KEYS if variable_to_key(key_to_variable(key)) != key] == []


def test_only_kafkas_variables_are_taken_and_none_of_its_scripts() -> None:
    environ = {
        "PATH": "/",
        "KAFKA_NUM_PARTITIONS": "3",
        "KAFKA_HEAP_OPTS": "-Xmx1g",
        "KAFKA_OPTS": "",
        "KAFKA_HOME": "/k",
    }
    assert from_environment(environ) == [Given("num.partitions", "3", "environment variable KAFKA_NUM_PARTITIONS")]


def test_a_flag_of_its_own_is_stronger_than_an_override() -> None:
    given_here = from_overrides([("listeners", "A"), "listeners=B", "x = y=z"])
    assert [(one.name, one.text) for one in given_here] == [("listeners", "B"), ("x", " y=z"), ("listeners", "A")]


@pytest.mark.parametrize("text", ["", "a", "=b", " =b"])
def test_an_override_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--override wants KEY=VALUE"):
        from_overrides([text])
