"""Sets of ASCII characters."""

from __future__ import annotations

import pytest

from kafkalite.core.regex import char_sets


def shown(mask: int) -> str:
    return "".join(chr(code) for code in range(128) if mask >> code & 1)


def test_ranges_keep_what_is_ascii() -> None:
    assert shown(char_sets.from_range(ord("a"), ord("c"))) == "abc"
    assert shown(char_sets.from_range(ord("}"), 0x10FFFF)) == "}~\x7f"
    assert char_sets.from_range(0x80, 0x90) == char_sets.NOTHING
    assert char_sets.from_range(0, 0x7F) == char_sets.EVERYTHING
    assert shown(char_sets.of("b-a")) == "-ab"


def test_case() -> None:
    assert shown(char_sets.folded(char_sets.of("aZ1_"))) == "1AZ_az"
    assert shown(char_sets.folded_range(ord("Y"), ord("b"))) == "ABYZ[\\]^_`abyz"


def test_the_two_characters_beyond_ascii_that_are_letters_of_it_in_another_case() -> None:
    assert shown(char_sets.folded_range(0x212A, 0x212A)) == "Kk"
    assert shown(char_sets.folded_range(0x100, 0x200)) == "Ss"
    assert char_sets.from_range(0x212A, 0x212A) == char_sets.NOTHING


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("digit", "0123456789"),
        ("xdigit", "0123456789ABCDEFabcdef"),
        ("blank", "\t "),
        ("space", "\t\n\v\f\r "),
        ("punct", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    ],
)
def test_posix_classes(name: str, members: str) -> None:
    assert shown(char_sets.POSIX[name]) == members


def test_posix_classes_that_are_made_of_others() -> None:
    posix = char_sets.POSIX
    assert posix["alpha"] == posix["upper"] | posix["lower"]
    assert posix["alnum"] == posix["alpha"] | posix["digit"]
    assert posix["word"] == char_sets.WORD == posix["alnum"] | char_sets.of("_")
    assert posix["graph"] == posix["alnum"] | posix["punct"]
    assert posix["print"] == posix["graph"] | char_sets.of(" ")
    assert posix["cntrl"] | posix["print"] == posix["ascii"] == char_sets.EVERYTHING


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Nd", "0123456789"),
        ("N", "0123456789"),
        ("Pc", "_"),
        ("Pd", "-"),
        ("Ps", "([{"),
        ("Sc", "$"),
        ("Zs", " "),
        ("Greek", ""),
        ("Mn", ""),
    ],
)
def test_unicode_groups(name: str, members: str) -> None:
    mask = char_sets.unicode_group(name)
    assert mask is not None
    assert shown(mask) == members


def test_unicode_groups_divide_ascii() -> None:
    groups = [char_sets.unicode_group(name) for name in ("C", "L", "M", "N", "P", "S", "Z")]
    assert sum(group or 0 for group in groups) == char_sets.EVERYTHING
    assert char_sets.unicode_group("Latin") == char_sets.POSIX["alpha"]
    assert char_sets.unicode_group("Common") == char_sets.EVERYTHING & ~char_sets.POSIX["alpha"]
    assert char_sets.unicode_group("Any") == char_sets.EVERYTHING
    assert char_sets.unicode_group("Klingon") is None
    assert char_sets.unicode_group("") is None
