"""Source: functions written line by line."""

from __future__ import annotations

from kafkalite.wire.source import Source


def test_blocks_are_indented_and_never_empty() -> None:
    source = Source({})
    with source.block("def answer(question):"):
        with source.block("if question:"):
            pass
        source.add("return 42")
    assert source.lines == ["def answer(question):", " if question:", "  pass", " return 42"]
    assert source.compile("answers", "answer")("?") == 42


def test_names_are_new_and_packers_are_shared() -> None:
    source = Source({})
    assert source.new_name("m") != source.new_name("m")
    assert source.packer(["h", "?"], "pack") == source.packer(["h", "?"], "pack")
    assert source.names[source.packer(["h", "?"], "pack")](7, True) == b"\0\7\1"
    assert source.names[source.packer(["h"], "unpack_from")](b"x\0\7", 1) == (7,)
