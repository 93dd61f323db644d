"""The file of aborted transactions."""

from __future__ import annotations

from kafkalite.core.log.aborted_transactions import AbortedTransaction, decode, encode


def test_the_file_is_kafkas() -> None:
    """The bytes are those of a real Kafka."""
    content = bytes.fromhex("0000 0000000000000003 0000000000000001 0000000000000006 0000000000000000")
    assert encode([AbortedTransaction(3, 1, 6, 0)]) == content
    assert decode(content) == [AbortedTransaction(3, 1, 6, 0)]


def test_several_in_order() -> None:
    entries = [AbortedTransaction(number, number, number + 5, number) for number in range(9)]
    assert decode(encode(entries)) == entries
    assert decode(b"") == []
