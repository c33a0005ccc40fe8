"""The browser of samples in `report.html`: how long a filter takes at 20,000 samples, and how large pages become.

A headless Chromium opens a page of 5 models × 28 problems, 143 draws each, whose texts are functions of Python's own
library. Each filter is set as a reader sets it, and timed in the page until its rows are laid out. Where benchmark files
are at hand (`--data-dir`, ISOCOST_DATA), the size of a page of 5 models × 706 problems is told too. Ends with 1 when the
median is above 200 ms, or that page above 6 MB.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.report.report_parts import MODELS, chromium, open_page, real_programs, why_no_chromium, write_run

from isocost.benchmarks import load
from isocost.report.page import write_report
from isocost.study.published.study import published_study

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from isocost.store.run import Run

BAR_MILLISECONDS, BAR_BYTES = 200.0, 6_000_000
FILTERS = (
    ("outcome", "1"), ("model", "2"), ("outcome", ""), ("text", "return self"), ("text", "steps/1"), ("model", ""),
    ("text", "no such text"), ("text", "def "), ("text", ""), ("outcome", "0"), ("text", "e"), ("outcome", ""), ("text", ""),
)  # fmt: skip
TIMED = """
const [name, value] = arguments;
const one = document.getElementById(`filter-${name}`);
one.value = value;
const begun = performance.now();
one.dispatchEvent(new Event("input", { bubbles: true }));
document.body.getBoundingClientRect();
return performance.now() - begun;
"""


def main() -> int:
    """Print the table; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data-dir", type=Path, default=os.environ.get("ISOCOST_DATA"))
    wanted = parser.parse_args()
    if why := why_no_chromium():
        print(why, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="isocost-") as name:
        folder = Path(name)
        page = _many(folder, wanted.samples)
        with chromium(folder) as browser:
            median = _filter(browser, page, wanted.rounds)
        size = None if wanted.data_dir is None else _large(folder, Path(wanted.data_dir))
    return int(median > BAR_MILLISECONDS or (size or 0) > BAR_BYTES)


def _many(folder: Path, samples: int) -> Path:
    benchmark, programs = load("steps"), real_programs()
    draws = -(-samples // (len(MODELS) * len(benchmark.problems)))
    runs = []
    for place, model in enumerate(MODELS):
        text = lambda number, place=place: programs[(7 * number + place) % len(programs)]  # noqa: E731
        runs.append(write_run(folder / model, model, benchmark, draws=draws, text=text))
    return _written(folder / "many.html", runs, None)


def _large(folder: Path, data_dir: Path) -> int:
    programs = real_programs()
    runs = []
    for place, model in enumerate(MODELS):
        for name in ("humaneval", "humaneval-pro", "mbpp-pro"):
            text = lambda number, shift=place * 706: programs[(number + shift) % len(programs)]  # noqa: E731
            runs.append(write_run(folder / f"{model} {name}", model, load(name, data_dir=data_dir), text=text))
    return _written(folder / "large.html", runs, data_dir).stat().st_size


def _written(page: Path, runs: list[Run], data_dir: Path | None) -> Path:
    begun = time.monotonic()
    write_report(published_study(draws=200).ladders[0], page, runs=runs, data_dir=data_dir)
    samples = sum(len(run.samples) for run in runs)
    size = page.stat().st_size / 1e6
    print(f"{samples:6,} samples, {size:.2f} MB, written in {time.monotonic() - begun:.1f} s")
    return page


def _filter(browser: Chrome, page: Path, rounds: int) -> float:
    begun = time.monotonic()
    open_page(browser, page)
    print(f"opened, all charts drawn and all samples unpacked in {time.monotonic() - begun:.1f} s")
    taken: list[float] = [browser.execute_script(TIMED, *one) for _ in range(rounds) for one in FILTERS]
    median = statistics.median(taken)
    print(f"{len(taken)} filters: median {median:.1f} ms (bar {BAR_MILLISECONDS:.0f} ms), largest {max(taken):.1f} ms")
    return median


if __name__ == "__main__":
    sys.exit(main())
