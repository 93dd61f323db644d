"""What a core asks of its shell."""

from kafkalite.core.effects import Effects, KeyedRecord
from kafkalite.wire.message import Message


def test_records_and_replies_keep_their_order() -> None:
    effects: Effects[Message] = Effects()
    first, second = Message(), Message()
    effects.record(b"k1", b"v1")
    effects.record(b"k2", None)
    effects.reply("slot 1", first)
    effects.reply("slot 2", second)
    assert effects.records == [KeyedRecord(b"k1", b"v1"), KeyedRecord(b"k2", None)]
    assert effects.replies == [("slot 1", first), ("slot 2", second)]
