"""Somebody's text made harmless for a page: what cannot be seen, or would turn a line around, is shown as a sign."""

from __future__ import annotations

import re

# Controls but newline and tab; marks of direction and of no width; line separators; lone surrogates; what is no character.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n")


def legible(text: str) -> str:
    r"""Text of which every character can be seen; each odd one is a picture, or its number in angle brackets.

    >>> legible("a\x1b[31m\x00 \u202eb \ud800")
    'a␛[31m␀ ⟨U+202E⟩b ⟨U+D800⟩'
    """
    return _ODD.sub(_sign, _NEWLINES.sub("\n", text))


def cut(text: str, most: int) -> str:
    r"""Make text legible, and cut it after `most` characters, saying how many there are in all.

    >>> cut("abcdef", 3)
    'abc\n… cut here; 6 characters in all'
    """
    return (
        legible(text) if len(text) <= most else f"{legible(text[:most])}\n… cut here; {len(text):,} characters in all"
    )


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"⟨U+{code:04X}⟩"
