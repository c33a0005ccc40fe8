"""A vocabulary for models of random weights: byte-level BPE, learnt from isocost's own sources, padded to any size."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec

import isocost
from isocost.errors import DomainError
from isocost.records import Record

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.models import Model

END_OF_TEXT, START_OF_TURN, END_OF_TURN = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
MARKS: Final = (END_OF_TEXT, START_OF_TURN, END_OF_TURN)
"""Tokens that are no text; the first ids are theirs."""

CHAT_TEMPLATE: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""Turns between marks (ChatML); every engine renders it."""

WORDS: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How a text is cut before pairs of bytes are merged: the rule of Qwen2, which llama.cpp has under the name `qwen2`."""

MOST_LEARNT: Final = 8192
"""Tokens that are learnt at most: the sources have no more to teach. All others are padding that no text is read as."""
FEWEST: Final = 320
"""Tokens of the smallest vocabulary: 256 bytes, the marks and some merges."""


class Vocabulary(Record, frozen=True):
    """Tokens in the order of their ids, and how they are put together."""

    tokens: tuple[str, ...]
    """Tokens as GPT-2 writes them: bytes that are no letters stand as other letters."""
    learnt: int
    """How many of them, counted from the first, a text can be read as; those behind are padding."""
    merges: tuple[tuple[str, str], ...]
    """Pairs that become one token, first learnt first."""


def vocabulary(size: int) -> Vocabulary:
    """Return a vocabulary of exactly `size` tokens; the same for one version of isocost and of `tokenizers`.

    Padding tokens have texts of their own (` pad17`), because a model of random weights writes them as often as any.

    Raises:
        DomainError: `size` is below 320.
    """
    if size < FEWEST:
        raise DomainError(
            f"a vocabulary of {size} tokens, expected at least {FEWEST}: 256 bytes, marks and some merges"
        )
    learnt, merges = _learnt(min(size, MOST_LEARNT))
    padding = tuple(f"\u0120pad{i}" for i in range(size - len(learnt)))
    return Vocabulary(tokens=learnt + padding, learnt=len(learnt), merges=merges)


def tokenizer(words: Vocabulary) -> Tokenizer:
    """Return the vocabulary as a `tokenizers.Tokenizer`, as engines of the Hugging Face kind want it (`tokenizer.json`)."""
    from tokenizers import AddedToken, decoders, models

    ids = {token: i for i, token in enumerate(words.tokens)}
    made = _cutting(models.BPE(vocab=ids, merges=list(words.merges)))
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in MARKS])
    return made


@functools.lru_cache(maxsize=4)
def _learnt(size: int) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    from tokenizers import models, pre_tokenizers, trainers

    folder = Path(isocost.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))]
    learning = _cutting(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(MARKS), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    learning.train_from_iterator(texts, trainer)
    model = msgspec.json.decode(learning.to_str())["model"]
    ids = cast("dict[str, int]", model["vocab"])
    merges = tuple((str(left), str(right)) for left, right in model["merges"])
    return tuple(sorted(ids, key=ids.__getitem__)), merges


def _cutting(model: Model) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, pre_tokenizers

    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return made
