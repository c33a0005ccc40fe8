"""One loop for every fuzzer: led by coverage where atheris is installed, by chance elsewhere."""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def fuzz(doc: str | None, check: Callable[[str | bytes], None], made: Callable[[random.Random], str]) -> None:
    """Give `check` texts until the time asked for on the command line is over, or until it raises: that is a find.

    Without atheris the texts are those of `made`, and the one found is printed.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if importlib.util.find_spec("atheris") is not None:
        import atheris  # type: ignore[import-untyped, unused-ignore]  # nobody has it who does not fuzz

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], f"-max_total_time={asked.seconds:.0f}", f"-seed={asked.seed}"], check)
        atheris.Fuzz()
        return
    draw = random.Random(asked.seed)
    tried, end = 0, time.monotonic() + asked.seconds
    while time.monotonic() < end:
        text = made(draw)
        try:
            check(text)
        except BaseException:
            print(f"after {tried} texts, found: {text!r}")
            raise
        tried += 1
    print(f"{tried} texts, nothing found")
