"""Feeds `isocost.judge.extraction` whatever a fuzzer can think of: it must give a program or none, and say why.

    python -m bench.fuzz_extraction [--seconds 60] [--seed 0]

Uses atheris, which is led by coverage, where it is installed; else mutates and joins pieces of answers by itself.
What has to hold of every text: nothing is raised; the same text gives the same program; a rule is named if and only if
the program is not stem + completion; `raw` is stem + completion; what compiled as it stands still compiles; and it is
read within `SECONDS`. Ends with the number of texts tried, or with a crash. No text is ever executed.
"""

from __future__ import annotations

import random
import time
import warnings

from bench.fuzzing import fuzz

from isocost.judge import extraction
from isocost.judge.syntax import MAX_CHARS

SECONDS = 20.0
"""No text of these sizes may take so long, however busy the machine is."""
_STEMS = (
    "",
    'from typing import List\n\ndef helper(x):\n    return x\n\ndef f(xs: List[int]) -> int:\n    """Add up."""\n',
    "def f(n):\n",
    'def base(n):\n    """Doc."""\n    return n\n\ndef f(n):\n    """Use base."""\n',
)
PIECES = (
    "```python\n", "```\n", "```", "~~~\n", "<think>", "</think>", "<thinking>\n", "def f(n):\n", "def g(m):\n",
    "    return n\n", "    return base(n)\n", "return n\n", "\treturn n\n", "class A:\n", "    pass\n", "import math\n",
    "from typing import *\n", "from __future__ import annotations\n", '"""', "'''", "(", ")", "[", "]", "{", "\\\n",
    "Here is the code:\n", "# comment\n", "assert f(1) == 1\n", "print(f(1))\n", "if __name__ == '__main__':\n",
    "    main()\n", "@cache\n", "async def f(n):\n", "lambda:", "f = lambda n: n\n", "\ufeff", "\x00", "\x0c", "\r\n", "\r",
    "\ud800", "\u2028", "é", "\uff46", "0_0", "1e999", "match n:\n", "    case _: pass\n", "f'{n!r:{n}}'", "\n", "\n\n\n", "    ",
    "\t", " ", "if n:\n", "else:\n", "try:\n", "(" * 300, "[" * 99, "-" * 300 + "1", "x=" * 200, "a." * 300, "not " * 200,
)  # fmt: skip
"""Pieces of which answers are made, and of which hostile ones are."""


def check(data: str | bytes) -> None:
    """Read a text as every kind of answer; any exception is a find, and so is a broken promise."""
    text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
    for stem in _STEMS:
        begun = time.monotonic()
        found = extraction.extract(text, stem=stem, entry_point="f")
        assert time.monotonic() - begun < SECONDS, f"reading took {time.monotonic() - begun:.1f} s"
        assert extraction.extract(text, stem=stem, entry_point="f") == found, "read twice, and not the same"
        assert set(found.rules) <= extraction.RULES.keys(), found.rules
        if found.source is not None:
            assert bool(found.rules) == (found.source != stem + text), (found.rules, "do not say what changed")
            assert _compiles(found.source) or not _compiles(stem + text), "it compiled as it stood"
        raw = extraction.extract(text, stem=stem, entry_point="f", policy="raw")
        assert (raw.source, raw.rules) == (stem + text, ())
        whole = extraction.extract(text, stem=stem, entry_point="f", whole=True)
        assert whole.source is None or whole.source == text.removeprefix("\ufeff")


def _compiles(text: str) -> bool:
    if len(text) > MAX_CHARS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<text>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
        return False
    return True


def _made(draw: random.Random) -> str:
    pieces = [draw.choice(PIECES) for _ in range(draw.randint(1, 40))]
    for _ in range(draw.randint(0, 3)):
        place = draw.randrange(len(pieces))
        piece = pieces[place]
        match draw.randrange(4):
            case 0:
                pieces[place] = piece[: draw.randint(0, len(piece))]
            case 1:
                pieces[place] = piece * draw.randint(2, 50)
            case 2:
                pieces[place:place] = pieces[: draw.randint(1, 10)]
            case _:
                pieces[place] = piece.replace(draw.choice(" \n()"), draw.choice("\t\n:#"))
    return "".join(pieces)


if __name__ == "__main__":
    fuzz(__doc__, check, _made)
