"""A pattern as a machine: all ways through it are followed at once, so a text costs its length times the size at most.

The tree becomes a list of instructions; what is remembered between two characters is the set of those that may be
next. Sets that were seen are kept with what each character makes of them: then a character costs a look-up.
"""

from __future__ import annotations

from typing import Final

from kafkalite.core.regex.char_sets import ASCII, WORD
from kafkalite.core.regex.syntax import Assertion, Chars, Choice, Node, PatternError, Repeat, parse
from kafkalite.core.regex.syntax import Sequence as Parts

MAX_SIZE = 5_000
"""Steps of making a pattern: what x{1000} takes and some more, some milliseconds. RE2 limits the bytes it takes."""

MAX_KEPT = 10_000
"""Transitions that are kept of one pattern."""

_MATCH: Final = -1

_START, _WORD, _OTHER, _END = range(4)
"""What is next to a place in the text."""

State = tuple[frozenset[int], int]
"""The instructions that may be next, and what the last character was."""


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_instructions", "_kept", "_size", "_start", "_work")

    def __init__(self, pattern: str) -> None:
        """Raises PatternError if that is no pattern, or one too large to be matched quickly."""
        self._instructions: list[tuple[int | str, tuple[int, ...]]] = []
        self._size = 0
        entry = self._add(parse(pattern), _MATCH)
        self._start: State = (frozenset([entry]), _START)
        self._kept: dict[tuple[State, int], State] = {}
        self._work = 0

    def matches(self, text: str) -> bool:
        """Return whether the pattern matches the whole text, which is ASCII."""
        state = self._start
        for character in text:
            code = ord(character)
            following = self._kept.get((state, code))
            state = self._step(state, code) if following is None else following
            if not state[0]:
                return False
        return _MATCH in self._reach(state, _END)

    def steps(self) -> int:
        """Return how many instructions were followed since the last call: what matching cost beside look-ups."""
        work, self._work = self._work, 0
        return work

    # -- running

    def _step(self, state: State, code: int) -> State:
        side = _side(code)
        following = {
            target
            for instruction in self._reach(state, side)
            if instruction != _MATCH
            for mask, (target, *_) in (self._instructions[instruction],)
            if isinstance(mask, int) and code < ASCII and mask >> code & 1
        }
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        result = self._kept[state, code] = (frozenset(following), side)
        return result

    def _reach(self, state: State, after: int) -> set[int]:
        """Return every instruction that is reached without a character, between what was before and comes after."""
        instructions, before = state
        reached: set[int] = set()
        waiting = list(instructions)
        while waiting:
            instruction = waiting.pop()
            if instruction in reached:
                continue
            reached.add(instruction)
            if instruction == _MATCH:
                continue
            what, targets = self._instructions[instruction]
            if isinstance(what, str) and _holds(what, before, after):
                waiting += targets
        self._work += len(reached)
        return reached

    # -- compiling

    def _add(self, node: Node, then: int) -> int:
        """Add the instructions of a node that go on with `then`; return where they begin."""
        match node:
            case Chars(mask):
                return self._instruction(mask, then)
            case Assertion(kind):
                return self._instruction(kind, then)
            case Parts(parts):
                self._grow()
                for part in reversed(parts):
                    then = self._add(part, then)
                return then
            case Choice(options):
                return self._instruction("", *(self._add(option, then) for option in options))
            case Repeat(repeated, low, high):
                return self._repeat(repeated, low, high, then)

    def _repeat(self, node: Node, low: int, high: int | None, then: int) -> int:
        if high is None:
            loop = self._instruction("", then)
            body = self._add(node, loop)
            self._instructions[loop] = ("", (body, then))
            then = loop
        else:
            for _ in range(high - low):
                self._grow()
                then = self._instruction("", self._add(node, then), then)
        for _ in range(low):
            self._grow()
            then = self._add(node, then)
        return then

    def _instruction(self, what: int | str, *targets: int) -> int:
        self._grow()
        self._instructions.append((what, targets))
        return len(self._instructions) - 1

    def _grow(self) -> None:
        self._size += 1
        if self._size > MAX_SIZE:
            raise PatternError("expression is too large")


def _side(code: int) -> int:
    return _WORD if code < ASCII and WORD >> code & 1 else _OTHER


def _holds(kind: str, before: int, after: int) -> bool:
    """Whether an assertion is true between two neighbours; "" is none."""
    match kind:
        case "begin":
            return before == _START
        case "end":
            return after == _END
        case "boundary":
            return (before == _WORD) != (after == _WORD)
        case "no boundary":
            return (before == _WORD) == (after == _WORD)
    return True
