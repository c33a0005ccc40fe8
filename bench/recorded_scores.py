"""Judges real recorded samples, and holds every figure and every verdict against what was recorded.

    python -m bench.recorded_scores [--only NAME] [--no-cache] [--keep FOLDER] [--write-page]

Benchmark files are read from ISOCOST_DATA, recorded samples from ISOCOST_SAMPLES. What is expected stands in
`bench/recorded_scores.toml`, each difference with its reason; exit 1 when anything found is not what stands there.
`docs/recorded-scores.md` is made from the same file (`--write-page`), and is compared with it on every run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.process_tree import measured
from bench.recorded_checks import Checked, check_file, check_many, check_references
from bench.recorded_expected import Expected, load_expected
from bench.recorded_judging import Desk
from bench.recorded_page import render

PAGE = Path(__file__).resolve().parents[1] / "docs" / "recorded-scores.md"

Check = Callable[[], Checked]


def main() -> int:
    """Run the checks; 0 when all is as expected, 1 when not, 2 when the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.recorded_scores", description="recorded scores, reproduced")
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="a check whose name holds this; may be repeated"
    )
    parser.add_argument("--no-cache", action="store_true", help="judge anew what was judged before")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the run folders here, and go on from them")
    parser.add_argument("--write-page", action="store_true", help="write docs/recorded-scores.md, judge nothing")
    given = parser.parse_args()
    expected = load_expected()
    if given.write_page:
        PAGE.write_text(render(expected), encoding="utf-8")
        return 0
    folder = os.environ.get("ISOCOST_SAMPLES")
    if not folder or not os.environ.get("ISOCOST_DATA"):
        print("set ISOCOST_DATA and ISOCOST_SAMPLES to the folders of benchmarks and recorded samples", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="isocost-recorded-") as temporary:
        work = given.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        checks = _checks(expected, Desk(folder=work, cache=not given.no_cache), Path(folder))
        chosen = [name for name in checks if not given.only or any(part in name for part in given.only)]
        if not chosen:
            print(f"no check is named so; the names are {', '.join(checks)}", file=sys.stderr)
            return 2
        faults = [fault for name in chosen for fault in _run(name, checks[name])]
    print(f"\n{len(chosen)} checks, {len(faults)} faults")
    return 1 if faults else 0


def _checks(expected: Expected, desk: Desk, samples: Path) -> dict[str, Check]:
    """Every check by its name, in the order of the page."""
    checks: dict[str, Check] = {}
    for item in expected.references:
        checks[f"references {item.benchmark}"] = lambda item=item: check_references(desk, item)  # type: ignore[misc]
    for file in expected.files:
        checks[f"samples {file.file}"] = lambda file=file: check_file(desk, samples, file)  # type: ignore[misc]
    checks[f"samples {expected.many.file}"] = lambda: check_many(desk, samples, expected.many)
    checks["cost"] = lambda: _check_cost(expected, desk.folder, samples)
    checks["page"] = lambda: _check_page(expected)
    return checks


def _run(name: str, check: Check) -> list[str]:
    checked = check()
    print(f"\n## {name}")
    for line in checked.lines:
        print(line)
    for fault in checked.faults:
        print(f"FAULT {fault}")
    sys.stdout.flush()
    return checked.faults


def _check_cost(expected: Expected, folder: Path, samples: Path) -> Checked:
    """Judge the file with many samples from the command line three times: anew, again, and into another folder.

    The same command again finds its run folder. Into another folder verdicts come from the cache, but for those of
    programs that ran out of time, which no cache keeps: they are run again, and their number is told.
    """
    cost, many = expected.cost, expected.many
    environment = os.environ | {"ISOCOST_CACHE": str(folder / "cost-cache")}
    base = [sys.executable, "-c", "from isocost.cli import main; main()", "judge", str(samples / many.file)]
    base += ["--benchmark", many.benchmark, "--json"]
    seconds: dict[str, float] = {}
    lines, faults, passed = [], [], set()
    told: dict[str, Any] = {"outcomes": {}}
    for name, out in (("first", "cost-1"), ("again", "cost-1"), ("other folder", "cost-2")):
        found = measured([*base, "--out", str(folder / out)], environment)
        seconds[name] = found.seconds
        told = json.loads(found.output)
        passed.add(told["passed"])
        lines.append(
            f"{name}: {found.seconds:.2f} s, {seconds['first'] / found.seconds:.1f} × as fast as the first; "
            f"peak of our processes {found.peak_own_bytes / 1e6:.0f} MB, with the judged programs' "
            f"{found.peak_bytes / 1e6:.0f} MB; {found.processes} processes"
        )
        if found.peak_own_bytes > cost.peak_mb * 10**6:
            faults.append(f"{name}: peak {found.peak_own_bytes / 1e6:.0f} MB, expected at most {cost.peak_mb}")
    lines.append(f"into the other folder {told['outcomes'].get('time_limit', 0)} programs ran out of time once more")
    ratio = seconds["first"] / seconds["again"]
    if ratio < cost.again:
        faults.append(f"the second judging is {ratio:.1f} × as fast as the first, expected {cost.again}")
    if len(passed) > 1:
        faults.append(f"three judgings of the same samples pass {sorted(passed)}, expected one number")
    return Checked(lines, faults)


def _check_page(expected: Expected) -> Checked:
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == render(expected):
        return Checked(["docs/recorded-scores.md is up to date"], [])
    return Checked([], ["docs/recorded-scores.md is not up to date: run with --write-page"])


if __name__ == "__main__":
    sys.exit(main())
