"""`isocost compare`: the paired difference of two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from isocost.cli.options import DataDir, Flag, Format, Json
from isocost.cli.output import Form, form_of, note, percent, print_json, print_line, print_table, warn
from isocost.metrics.bootstrap import DRAWS
from isocost.store.run import Run
from isocost.study.comparing.runs import Compared, RungCompared, compare_runs
from isocost.study.comparing.words import p_words


def compare(
    a: Path,
    b: Path,
    /,
    *,
    k: Annotated[tuple[int, ...], Parameter(consume_multiple=True)] = (1,),
    anyway: Flag = False,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = 0.95,
    data_dir: DataDir = None,
    format: Format = None,  # noqa: A002 (the option's name)
    json: Json = False,
) -> int:
    """Compare two runs on the problems that both have: the difference, its interval, and what could not have shown.

    Two models on one benchmark, on each rung that both tell of; or one model on two rungs, by base problem.

    Parameters
    ----------
    a
        Run folder, as `isocost judge` made it.
    b
        Run folder of the other.
    k
        Compare pass@k for these k.
    anyway
        Compare runs whose limits, extraction, judge, isolation or channels differ. Other benchmark data are never
        compared.
    seed
        Seed of the bootstrap.
    draws
        Draws of the bootstrap.
    level
        Nominal coverage of the intervals.
    """
    form = form_of(format, json=json)
    found = compare_runs(
        Run.read(a), Run.read(b), ks=k, anyway=anyway, seed=seed, draws=draws, level=level, data_dir=data_dir
    )
    if form is Form.json:
        print_json(msgspec.to_builtins(found))
    else:
        _print(found, form)
    for line in found.differing:
        warn(f"compared all the same: {line}")
    for line in found.notes:
        note(line)
    return 0


def _print(found: Compared, form: Form) -> None:
    header = [
        "rung", "pass@k", "first", "second", f"difference [{found.level:.0%} interval]", "better", "worse", "p",
        "shows from",
    ]  # fmt: skip
    print_table(header, [_row(part) for part in found.rungs], right=(0, 5, 6), form=form)
    print()
    for part in found.rungs:
        print_line(part.sentence, form)
        if part.only_a or part.only_b:
            left_out = f"{part.only_a} problems that only the first has, {part.only_b} that only the second has"
            print_line(f"left out: {left_out}", form)
    names = found.rungs[0].comparison
    rows = [["first", names.a, found.run_a], ["second", names.b, found.run_b]]
    if form is Form.table:
        print()
    print_table(["", "model", "run"], rows, form=form)


def _row(part: RungCompared) -> list[str]:
    seen = part.comparison
    difference, least = seen.difference, seen.minimal_detectable_difference
    p_value = seen.p_value if seen.p_adjusted is None else seen.p_adjusted
    return [
        str(part.rung) if part.rung == part.rung_b else f"{part.rung} – {part.rung_b}",
        seen.what,
        percent(part.solved_a),
        percent(part.solved_b),
        f"{100 * difference.value:+.1f} points [{100 * difference.low:+.1f}, {100 * difference.high:+.1f}]",
        str(seen.a_better),
        str(seen.b_better),
        p_words(p_value).removeprefix("p ").removeprefix("= "),
        "–" if least is None else f"{100 * least:.1f} points",
    ]
