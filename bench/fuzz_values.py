"""Feeds `isocost.values.loads` whatever a fuzzer can think of: it must give plain values or raise ValueError.

    python -m bench.fuzz_values [--seconds 60] [--seed 0]

Uses atheris, which is led by coverage, where it is installed; else mutates texts of random values by itself. Whatever
is read must also be writable, and read back as the same text. Ends with the number of texts tried, or with a crash.
"""

from __future__ import annotations

import random

from bench.fuzzing import fuzz

from isocost import values

SEEDS = (
    "null", "[1,2.5,NaN,-0.0]", '{"t":[1,{"z":["a"]}]}', '{"d":[1,{"s":[3]},"k",null]}', '{"b":"00ff"}', '{"y":"7f"}',
    '{"c":[1.0,-2.0]}', '{"i":"-ffffffffffffffffff"}', '{"r":[0,9,2]}', '{"I":[1]}', '{"K":[1]}', '{"V":[[]]}',
    '{"E":[1,2]}', '{"h":"aa"}', '"\\ud800"', '{"d":[{"t":[]},{"d":[]}]}',
)  # fmt: skip
_BITS = '[]{},:"0123456789-+.eENaInfity tszdbycirIKVEh\\u'


def check(text: str | bytes) -> None:
    """Read a text; any exception but ValueError is a find, and so is a value that cannot be written again."""
    try:
        value = values.loads(text)
    except ValueError:
        return
    try:
        written = values.dumps(value)  # spends an iterator
    except values.UncarriableError as error:
        if "nested deeper" not in str(error):
            raise
        return
    values.loads(written)


def _mutated(draw: random.Random) -> str:
    text = list(draw.choice(SEEDS))
    for _ in range(draw.randint(1, 6)):
        place = draw.randrange(len(text) + 1)
        match draw.randrange(4):
            case 0:
                text[place:place] = draw.choice(_BITS)
            case 1:
                del text[place : place + draw.randint(1, 4)]
            case 2:
                text[place:place] = draw.choice(SEEDS)
            case _:
                text[place : place + 1] = draw.choice(_BITS)
    return "".join(text)


if __name__ == "__main__":
    fuzz(__doc__, check, _mutated)
