"""Stand-ins for objects that cannot cross: a match of `re`, a function, an object of the program's own class."""

from __future__ import annotations

from isocost.judge.wording import one_line


class Opaque:
    """An object of which the tests know that it is there, and whether it is true; it is equal to itself alone.

    So `assert find(text)` and `is not None` hold as in one process, and no comparison asks the program. Whatever else
    a test does with it raises what Python raises for an object without that ability.
    """

    __slots__ = ("_truth", "_words")

    def __init__(self, words: str, *, truth: bool) -> None:
        self._words = one_line(words)
        self._truth = truth

    def __bool__(self) -> bool:
        """Its truth when it was returned."""
        return self._truth

    def __repr__(self) -> str:
        """What the program's side called it; untrusted text."""
        return f"<{self._words}>"
