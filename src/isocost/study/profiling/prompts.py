"""Prompts that no cache has seen: random tokens, or random words where only a text can be sent."""

from __future__ import annotations

import random

_FIRST_PLAIN_TOKEN = 300
"""Tokens below are bytes and marks in the vocabularies that we know."""
_WORDS = ("alpha", "count", "value", "index", "table", "while", "print", "shape", "other", "start", "range", "under")


def token_ids(vocab: int, tokens: int, seed: int) -> list[int]:
    """Random tokens of a vocabulary, marks left out as far as we know them.

    >>> token_ids(1000, 3, seed=1) == token_ids(1000, 3, seed=1) != token_ids(1000, 3, seed=2)
    True
    """
    drawn = random.Random(seed)
    first = min(_FIRST_PLAIN_TOKEN, vocab // 2)
    return [drawn.randrange(first, vocab) for _ in range(tokens)]


def words(count: int, seed: int) -> str:
    """Random words, the first of them unlike any other seed's."""
    drawn = random.Random(seed)
    return " ".join([f"q{seed}x{drawn.randrange(10**6)}", *(drawn.choice(_WORDS) for _ in range(max(0, count - 1)))])
