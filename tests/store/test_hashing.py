import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.records import SamplingParams
from isocost.store.hashing import canonical_json, content_id, prompt_id, sample_id, text_sha256

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_a_value_has_one_canonical_text(value: object) -> None:
    """The order in which a dict was filled does not enter, nor does list against tuple."""

    def turned(item: object) -> object:
        if isinstance(item, dict):
            return {key: turned(item[key]) for key in reversed(item)}
        return tuple(turned(inner) for inner in item) if isinstance(item, list) else item

    assert canonical_json(turned(value)) == canonical_json(value)


@given(ANY_TEXT, ANY_TEXT)
def test_different_texts_have_different_canonical_texts(one: str, other: str) -> None:
    """Canonical JSON is one to one on texts, whatever code points they hold."""
    assert (canonical_json(one) == canonical_json(other)) == (one == other)


def test_a_pair_of_lone_surrogates_is_not_the_character_it_would_encode() -> None:
    """A broken text and a whole one do not share an id."""
    assert content_id("\ud83d\ude00") != content_id("\U0001f600")
    assert text_sha256("\ud83d\ude00") != text_sha256("\U0001f600")


def test_ids_never_change() -> None:
    """Ids of runs that were made long ago stay what they were."""
    assert canonical_json({"b": [1, 2.5, None], "a": "é"}) == '{"a":"é","b":[1,2.5,null]}'.encode()
    assert content_id({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()[:32]
    params = SamplingParams(temperature=0.8, max_tokens=512, stop=("\n```",))
    assert sample_id("HumanEval/0", None, "codegen-16b", None, 7) == "0af19f7ddbbc2f2ddf783d8dde966986"
    assert sample_id("HumanEval/0", "p", "m", params, 0) == "0b13fa73a2b2fa235f8206e5cf5e18f7"
    assert prompt_id("HumanEval/0", "recorded", "def f():\n") == "92ea320c8fd1f284a6341e78482a781b"


@given(ANY_TEXT)
def test_text_hash_is_that_of_the_utf8_bytes(text: str) -> None:
    """For text without lone surrogates anybody can compute the same hash with sha256sum."""
    digest = text_sha256(text)
    assert len(digest) == 64
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert digest == hashlib.sha256(text.encode()).hexdigest()


def test_each_thing_a_sample_is_drawn_from_changes_its_id() -> None:
    """Problem, prompt, model, each parameter and draw all enter."""
    params = SamplingParams(temperature=0.8, top_p=0.95, max_tokens=512, seed=1, stop=("a",))
    ids = [
        sample_id("HumanEval/0", "p", "m", params, 0),
        sample_id("HumanEval/1", "p", "m", params, 0),
        sample_id("HumanEval/0", None, "m", params, 0),
        sample_id("HumanEval/0", "p", "n", params, 0),
        sample_id("HumanEval/0", "p", "m", None, 0),
        sample_id("HumanEval/0", "p", "m", SamplingParams(temperature=0.8), 0),
        sample_id("HumanEval/0", "p", "m", SamplingParams(top_p=0.8), 0),
        sample_id("HumanEval/0", "p", "m", params, 1),
    ]
    assert len(set(ids)) == len(ids)


def test_a_whole_number_stands_for_its_float() -> None:
    """`temperature=0`, as typed, draws the same sample as the 0.0 that a run folder gives back."""
    typed = sample_id("HumanEval/0", None, "m", SamplingParams(temperature=0), 0)
    assert typed == sample_id("HumanEval/0", None, "m", SamplingParams(temperature=0.0), 0)


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", {1: "a"}, object(), [{"a": {None: 1}}]])
def test_what_json_would_bend_is_refused(value: object) -> None:
    """A set has no order, and 1 and "1" would be the same key: neither gets an id by accident."""
    with pytest.raises(TypeError, match="no canonical JSON"):
        canonical_json(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_refused(value: float) -> None:
    """NaN is not JSON, and not equal to itself."""
    with pytest.raises(ValueError, match="JSON"):
        canonical_json([value])
