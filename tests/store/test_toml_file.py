"""Files of TOML that people write: each mistake is answered with its line, field, value, and what was expected."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from isocost.errors import InputError
from isocost.records import Channel, Record
from isocost.store.toml_file import read_toml


class Part(Record, frozen=True):
    """An item of a list."""

    word: str
    kind: Literal["base", "instruct"] | None = None


class Whole(Record, frozen=True):
    """A file."""

    items: tuple[str | Part, ...]
    number: int = 1
    share: float = 0.5
    channel: Channel = Channel.separate
    inner: Part | None = None


def _record(path: Path, text: str) -> Whole:
    path.write_text(text)
    return read_toml(path, "a trial").record(Whole)


def test_a_file_becomes_a_record(tmp_path: Path) -> None:
    """Lists may hold texts and tables; what is not said has its default."""
    made = _record(tmp_path / "a.toml", 'items = ["x", {word = "y", kind = "base"}]\nnumber = 2\n[inner]\nword = "z"')
    assert made == Whole(items=("x", Part(word="y", kind="base")), number=2, inner=Part(word="z"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("items = 3", ":1: 'items' is 3, expected a list"),
        ("number = 1", "a.toml: 'items' is missing, expected it to be given"),
        ('items = []\n\nnumber = "4"', ":3: 'number' is '4', expected a whole number"),
        ('items = []\nshare = "4"', ":2: 'share' is '4', expected a number"),
        (
            "items = []\nnubmer = 4",
            ":2: unknown field 'nubmer'; did you mean 'number'? Expected one of channel, inner, items, number, share",
        ),
        (
            'items = []\nchannel = "shard"',
            ":2: 'channel' is 'shard', expected one of separate, shared; did you mean 'shared'?",
        ),
        (
            'items = []\n[inner]\nword = "a"\nkind = "bas"',
            ":4: 'inner.kind' is 'bas', expected one of base, instruct; did",
        ),
        ('items = []\n[inner]\nkind = "base"', ":2: 'inner.word' is missing, expected it to be given"),
        ('[[items]]\nword = "a"\n[[items]]\nwrod = "b"', ":4: unknown field 'items[1].wrod'; did you mean 'word'?"),
        ('[[items]]\nword = "a"\n[[items]]\nword = 5', ":4: 'items[1].word' is 5, expected a text"),
        ("items = [", "a.toml: no TOML: "),
    ],
)
def test_a_mistake_is_answered_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    """One line: file and line, field, value, what was expected, and the nearest right name."""
    with pytest.raises(InputError) as caught:
        _record(tmp_path / "a.toml", text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_of_text_is_one_line(tmp_path: Path) -> None:
    """An absent file, a folder, and bytes that are no UTF-8."""
    (tmp_path / "bytes.toml").write_bytes(b"a = '\xff'")
    for name, says in (
        ("absent.toml", "cannot be read"),
        (".", "cannot be read"),
        ("bytes.toml", "byte 5 is no UTF-8"),
    ):
        with pytest.raises(InputError, match=says):
            read_toml(tmp_path / name, "a trial")
