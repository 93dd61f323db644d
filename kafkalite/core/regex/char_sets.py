"""Sets of characters, as far as topic names need them: of ASCII, one bit of an int for each character.

What else a pattern names is checked and then left out: no topic name could ever match it.
"""

from __future__ import annotations

from typing import Final

ASCII = 128
EVERYTHING: Final = (1 << ASCII) - 1
NOTHING: Final = 0

_UPPER = ((1 << 26) - 1) << ord("A")
_LOWER = ((1 << 26) - 1) << ord("a")
_CASE = ord("a") - ord("A")

_FOLDED_INTO_ASCII = ((0x17F, "sS"), (0x212A, "kK"))
"""Characters beyond ASCII that are a letter of it in another case: the long s and the sign of Kelvin."""


def of(characters: str) -> int:
    """Return the set of the given characters."""
    mask = NOTHING
    for character in characters:
        mask |= from_range(ord(character), ord(character))
    return mask


def from_range(low: int, high: int) -> int:
    """Return what is ASCII of the code points from `low` to `high`, both included."""
    high = min(high, ASCII - 1)
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1) if low <= high else NOTHING


def folded(mask: int) -> int:
    """Return the set with every letter in both cases."""
    return mask | (mask & _UPPER) << _CASE | (mask & _LOWER) >> _CASE


def folded_range(low: int, high: int) -> int:
    """Return what is ASCII of a range of code points, without regard to case."""
    mask = folded(from_range(low, high))
    for code_point, letters in _FOLDED_INTO_ASCII:
        if low <= code_point <= high:
            mask |= of(letters)
    return mask


_DIGITS = from_range(ord("0"), ord("9"))
_LETTERS = _UPPER | _LOWER
WORD: Final = _DIGITS | _LETTERS | of("_")
NOT_NEWLINE: Final = EVERYTHING & ~of("\n")
_GRAPHIC = from_range(0x21, 0x7E)

PERL: Final = {"d": _DIGITS, "s": of("\t\n\f\r "), "w": WORD}
r"""\d and its like; in capitals they are the complement."""

POSIX: Final = {
    "alnum": _DIGITS | _LETTERS,
    "alpha": _LETTERS,
    "ascii": EVERYTHING,
    "blank": of("\t "),
    "cntrl": from_range(0, 0x1F) | of("\x7f"),
    "digit": _DIGITS,
    "graph": _GRAPHIC,
    "lower": _LOWER,
    "print": _GRAPHIC | of(" "),
    "punct": _GRAPHIC & ~(_DIGITS | _LETTERS),
    "space": of("\t\n\v\f\r "),
    "upper": _UPPER,
    "word": WORD,
    "xdigit": _DIGITS | of("abcdefABCDEF"),
}
"""[:alpha:] and its like."""

_CATEGORIES = "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs"
_SCRIPTS = (
    "Arabic Armenian Avestan Balinese Bamum Batak Bengali Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal "
    "Carian Cham Cherokee Common Coptic Cuneiform Cypriot Cyrillic Deseret Devanagari Egyptian_Hieroglyphs Ethiopic "
    "Georgian Glagolitic Gothic Greek Gujarati Gurmukhi Han Hangul Hanunoo Hebrew Hiragana Imperial_Aramaic Inherited "
    "Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kayah_Li Kharoshthi Khmer Lao Latin "
    "Lepcha Limbu Linear_B Lisu Lycian Lydian Malayalam Mandaic Meetei_Mayek Mongolian Myanmar New_Tai_Lue Nko Ogham "
    "Ol_Chiki Old_Italic Old_Persian Old_South_Arabian Old_Turkic Oriya Osmanya Phags_Pa Phoenician Rejang Runic "
    "Samaritan Saurashtra Shavian Sinhala Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet "
    "Tamil Telugu Thaana Thai Tibetan Tifinagh Ugaritic Unknown Vai Yi"
)
"""The names of \\p{...} that Kafka's RE2 knows; all but a few have nothing of ASCII."""


def unicode_group(name: str) -> int | None:
    """Return what is ASCII of a Unicode category or script, None if there is none of that name."""
    if name == "Any":
        return EVERYTHING
    if name in _CATEGORIES.split():
        from unicodedata import category

        return of("".join(chr(one) for one in range(ASCII) if category(chr(one)).startswith(name)))
    if name not in _SCRIPTS.split():
        return None
    return {"Latin": _LETTERS, "Common": EVERYTHING & ~_LETTERS}.get(name, NOTHING)
