"""Reading a pattern in the syntax of RE2 as Kafka takes it (RE2/J with Perl's flags), into a tree.

    literals  . [a-z] [^a-z] [[:alpha:]] \\d \\w \\s \\pL \\p{Greek}  escapes \\n \\x41 \\x{41} \\101 \\Q...\\E
    xy  x|y  x* x+ x? x{2} x{2,} x{2,3}, each with ? behind it  ^ $ \\A \\z \\b \\B
    (x) (?P<name>x) (?<name>x) (?:x) (?i) (?i:x) with the flags i m s U

References and lookarounds are what RE2 leaves out to be fast; they are errors. What is matched is a whole topic name,
so it does not matter which of several ways a pattern matches: groups and laziness are read and mean nothing.
"""

from __future__ import annotations

from typing import NamedTuple, Union

from kafkalite.core.regex import char_sets

MAX_LENGTH = 5_000
"""Characters of a pattern: two hundred long topic names, and some milliseconds to read."""

MAX_NESTING = 100
"""Groups in each other. RE2 takes a thousand; nobody needs a hundred."""

MAX_REPEAT = 1000
"""RE2's limit of x{n}."""

_MAX_CODE_POINT = 0x10FFFF
_OCTAL = "01234567"
_HEX = "0123456789abcdefABCDEF"
_SIMPLE_ESCAPES = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_ASSERTIONS = {"A": "begin", "z": "end", "b": "boundary", "B": "no boundary"}


class PatternError(Exception):
    """A pattern that cannot be used; the text says why, in RE2's words where it has any."""


class Chars(NamedTuple):
    """One character of a set."""

    mask: int


class Assertion(NamedTuple):
    """Nothing, at a certain place: "begin", "end", "boundary" or "no boundary" of a word."""

    kind: str


class Sequence(NamedTuple):
    """One after the other; an empty one matches the empty text."""

    parts: list[Node]


class Choice(NamedTuple):
    """One of several."""

    options: list[Node]


class Repeat(NamedTuple):
    """Several times; no `high`: any number of times."""

    node: Node
    low: int
    high: int | None


Node = Union[Chars, Assertion, Sequence, Choice, Repeat]  # noqa: UP007 - the names are not bound yet


def parse(pattern: str) -> Node:
    """Return the tree of a pattern. Raises PatternError."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError("expression is too large")
    return _Parser(pattern).parse()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._flags: frozenset[str] = frozenset()
        self._names: set[str] = set()

    def parse(self) -> Node:
        node = self._choice(0)
        if self._at < len(self._text):
            raise PatternError("unexpected )")
        return node

    # -- structure

    def _choice(self, depth: int) -> Node:
        """Read up to the end or to the parenthesis that closes the group."""
        if depth > MAX_NESTING:
            raise PatternError("expression nests too deeply")
        options: list[Node] = []
        while True:
            options.append(self._sequence(depth))
            if not self._take("|"):
                return options[0] if len(options) == 1 else Choice(options)

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        repeated = False  # the last part is a repetition, which cannot be repeated as it is
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            bounds = self._repetition()
            if bounds is None:
                repeated = False
                parts += self._parts(depth)
            elif not parts:
                raise PatternError("missing argument to repetition operator")
            elif repeated:
                raise PatternError("invalid nested repetition operator")
            else:
                self._take("?")
                parts[-1] = Repeat(parts[-1], *bounds)
                repeated = True
        return parts[0] if len(parts) == 1 else Sequence(parts)

    def _repetition(self) -> tuple[int, int | None] | None:
        """Read an operator of repetition; None if there is none here."""
        for operator, low, high in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self._take(operator):
                return low, high
        if not self._text.startswith("{", self._at):
            return None
        end = self._text.find("}", self._at)
        low_text, comma, high_text = self._text[self._at + 1 : max(end, 0)].partition(",")
        if end < 0 or not _is_count(low_text) or (high_text and not _is_count(high_text)):
            return None  # then it is a brace and nothing else
        self._at = end + 1
        # Long numbers are none that could be right, and nothing to make an int from.
        counts = [int(text[:6]) for text in (low_text, high_text or low_text)]
        if counts[0] > counts[1] or max(counts) > MAX_REPEAT:
            raise PatternError("invalid repeat count")
        return counts[0], None if comma and not high_text else counts[1]

    def _parts(self, depth: int) -> list[Node]:
        """Read one thing that may be repeated; flags are nothing, a quotation is several."""
        character = self._next()
        match character:
            case "(":
                return self._group(depth)
            case "[":
                return [Chars(self._class())]
            case ".":
                return [Chars(char_sets.EVERYTHING if "s" in self._flags else char_sets.NOT_NEWLINE)]
            case "^":
                return [Assertion("begin")]
            case "$":
                return [Assertion("end")]
            case "\\":
                return self._escaped()
        return [self._literal(ord(character))]

    # -- groups and flags

    def _group(self, depth: int) -> list[Node]:
        outside = self._flags
        if self._take("?") and not self._named_group() and self._read_flags() == ")":
            return []  # flags for the rest of the group around
        node = self._choice(depth + 1)
        if not self._take(")"):
            raise PatternError("missing closing )")
        self._flags = outside
        return [node]

    def _named_group(self) -> bool:
        if not (self._take("P<") or self._take("<")):
            return False
        end = self._text.find(">", self._at)
        name = self._text[self._at : max(end, 0)]
        if end < 0 or not name or not all(one.isascii() and (one.isalnum() or one == "_") for one in name):
            raise PatternError("invalid named capture")
        if name in self._names:
            raise PatternError("duplicate capture group name")
        self._names.add(name)
        self._at = end + 1
        return True

    def _read_flags(self) -> str:
        """Read flags up to the colon or the parenthesis behind them, which is returned."""
        flags, sets, seen = set(self._flags), True, False
        while self._at < len(self._text):
            character = self._next()
            if character in "imsU":
                seen = True
                (flags.add if sets else flags.discard)(character)
            elif character == "-" and sets:
                sets = seen = False
            elif character in ":)" and (sets or seen):
                self._flags = frozenset(flags)
                return character
            else:
                break
        raise PatternError("invalid or unsupported Perl syntax")

    # -- escapes

    def _escaped(self) -> list[Node]:
        character = self._peek()
        if character in _ASSERTIONS and character:
            self._at += 1
            return [Assertion(_ASSERTIONS[character])]
        if self._take("Q"):
            end = self._text.find("\\E", self._at)
            quoted = self._text[self._at :] if end < 0 else self._text[self._at : end]
            self._at = len(self._text) if end < 0 else end + 2
            return [self._literal(ord(one)) for one in quoted]
        group = self._class_escape()
        return [Chars(group)] if group is not None else [self._literal(self._escape())]

    def _class_escape(self) -> int | None:
        r"""Read \d, \pL and the like behind the backslash; None if it is another escape."""
        character = self._peek()
        if character and character in "dswDSW":
            self._at += 1
            return self._signed(char_sets.PERL[character.lower()], character.isupper())
        if character and character in "pP":
            self._at += 1
            return self._unicode_group(negated=character == "P")
        return None

    def _unicode_group(self, *, negated: bool) -> int:
        name = self._next_or("invalid character class range")
        if name == "{":
            end = self._text.find("}", self._at)
            if end < 0:
                raise PatternError("invalid character class range")
            name, self._at = self._text[self._at : end], end + 1
        if name.startswith("^"):
            name, negated = name[1:], not negated
        mask = char_sets.unicode_group(name)
        if mask is None:
            raise PatternError("invalid character class range")
        return self._signed(mask, negated)

    def _escape(self) -> int:
        """Read the escape of one code point behind the backslash."""
        character = self._next_or("trailing backslash at end of expression")
        if character in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[character]
        if character == "x":
            return self._hex()
        if character in _OCTAL and (character == "0" or (self._peek() and self._peek() in _OCTAL)):
            digits = character
            while len(digits) < 3 and self._peek() and self._peek() in _OCTAL:
                digits += self._next()
            return int(digits, 8)
        if character.isascii() and not character.isalnum():
            return ord(character)
        raise PatternError("invalid escape sequence")

    def _hex(self) -> int:
        if self._take("{"):
            end = self._text.find("}", self._at)
            digits, self._at = self._text[self._at : max(end, self._at)], end + 1
        else:
            digits, self._at = self._text[self._at : self._at + 2], self._at + 2
            digits = digits if len(digits) == 2 else ""
        significant = digits.lstrip("0")[:7]
        if not digits or any(one not in _HEX for one in digits) or int(significant or "0", 16) > _MAX_CODE_POINT:
            raise PatternError("invalid escape sequence")
        return int(significant or "0", 16)

    # -- character classes

    def _class(self) -> int:
        negated = self._take("^")
        mask, first = char_sets.NOTHING, True
        while first or self._peek() != "]":
            first = False
            mask |= self._class_part()
        self._at += 1
        return char_sets.EVERYTHING & ~mask if negated else mask

    def _class_part(self) -> int:
        if self._text.startswith("[:", self._at) and (end := self._text.find(":]", self._at + 2)) >= 0:
            name, self._at = self._text[self._at + 2 : end], end + 2
            if name.removeprefix("^") not in char_sets.POSIX:
                raise PatternError("invalid character class range")
            return self._signed(char_sets.POSIX[name.removeprefix("^")], name.startswith("^"))
        if self._take("\\"):
            group = self._class_escape()
            if group is not None:
                return group
            low = self._escape()
        else:
            low = ord(self._next_or("missing closing ]"))
        high = low
        if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("", "]"):
            self._at += 1
            high = self._escape() if self._take("\\") else ord(self._next())
        if high < low:
            raise PatternError("invalid character class range")
        return self._range(low, high)

    # -- characters

    def _literal(self, code_point: int) -> Node:
        return Chars(self._range(code_point, code_point))

    def _range(self, low: int, high: int) -> int:
        return (char_sets.folded_range if "i" in self._flags else char_sets.from_range)(low, high)

    def _signed(self, mask: int, negated: bool) -> int:
        if "i" in self._flags:
            mask = char_sets.folded(mask)
        return char_sets.EVERYTHING & ~mask if negated else mask

    def _peek(self) -> str:
        """Return the next character, "" at the end."""
        return self._text[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    def _next_or(self, problem: str) -> str:
        if self._at >= len(self._text):
            raise PatternError(problem)
        return self._next()

    def _take(self, text: str) -> bool:
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        return True


def _is_count(text: str) -> bool:
    """Whether that is the number of a repetition: RE2 takes no leading zeros."""
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
