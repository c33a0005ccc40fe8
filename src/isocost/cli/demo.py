"""`isocost demo`: the published study, or with `--steps` the programs that ship with isocost, judged."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from isocost.cli.options import Flag, Json
from isocost.cli.output import escaped, print_json, print_table

if TYPE_CHECKING:
    from isocost.study.published.study import PublishedStudy


def demo(
    *,
    out: Annotated[Path | None, Parameter(name=("--out", "-o"))] = None,
    steps: Flag = False,
    unit: Literal["flops", "seconds", "tokens"] = "flops",
    device: str = "A100-80GB",
    seed: int = 0,
    draws: int = 2000,
    unsafe: Flag = False,
    json: Json = False,
) -> int:
    """Answer the question from published figures that ship with isocost, joined with its cost model.

    Nothing is downloaded and no model is asked. Leaves `result.json`, `curves.svg` and `report.html`. With `--steps`: judge the
    programs that ship with isocost instead, whose outcomes are known; ends with exit code 1 when one is another.

    Parameters
    ----------
    out
        Folder for what is made; by default a new one in `runs/`.
    steps
        Judge the programs that ship with isocost.
    unit
        Unit of budgets.
    device
        Device to model seconds and efficiency for.
    seed
        Seed of the draws.
    draws
        Draws of the bootstrap.
    unsafe
        With `--steps`: run even where no isolation holds. Programs then have your rights; these ones mean no harm.
    """
    if steps:
        from isocost.cli.steps_demo import judge_steps

        return judge_steps(out, unsafe=unsafe, json=json)
    from isocost.records import Unit
    from isocost.report.curve_chart import write_chart
    from isocost.report.page import write_report
    from isocost.report.sources import findings_of
    from isocost.study.answering.analysing import write_result
    from isocost.study.published.study import published_study

    study = published_study(device=device, unit=Unit(unit), seed=seed, draws=draws)
    folder = out if out is not None else Path("runs") / f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    write_result(study, folder / "result.json")
    write_chart(study.ladders[0], folder / "curves.svg")
    found = findings_of(study, folder / "result.json", ())
    write_report(study, folder / "report.html", warnings=found)
    if json:
        print_json(study)
        return 0
    _print(study)
    print(f"\nresult: {escaped(str(folder / 'result.json'))}    chart: {escaped(str(folder / 'curves.svg'))}")
    print(f"report: {escaped(str(folder / 'report.html'))}    open it with a browser")
    return 0


def _print(study: PublishedStudy) -> None:
    from isocost.study.answering.answer import amount

    for sentence in study.answer:
        print(f"• {escaped(sentence)}")
    main = study.ladders[0]
    cost = {(part.model, part.rung): part for part in main.costs}
    per = {(part.model, part.rung, part.form): part for part in main.per}
    rungs = sorted({part.rung for part in main.solved})
    solved = {(part.model, part.rung): part.pass_at_1 for part in main.solved}
    rows = []
    for model in main.models:
        row = [model.name]
        for rung in rungs:
            estimate, spent = solved[model.name, rung], cost[model.name, rung]
            row += [f"{estimate.value:.1%} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"]
            row += [amount(spent.per_solved.value, spent.unit) if spent.per_solved else ""]
        spent = cost[model.name, rungs[0]]
        row.append(amount(spent.prompt + spent.completion, spent.unit))
        row += [
            f"{part.value:.2f}" if (part := per.get((model.name, rungs[0], form))) and part.value is not None else ""
            for form in ("paper", "anchored")
        ]
        rows.append(row)
    print(f"\n{escaped(main.study)}, {main.problems} problems a rung\n")
    header = ["model", *(text for rung in rungs for text in (f"rung {rung} solved", "per solved"))]
    print_table(
        [*header, "cost of a sample", "PER paper", "PER anchored"], rows, right=range(2, 3 + 2 * len(rungs) + 2)
    )
    _print_families(study)
    _print_pro(study)
    prompt, completion = study.request
    print(
        f"\nA sample: {prompt:.0f} tokens read, {completion:.0f} written; seconds, PER: {study.device}. What cannot be concluded:"
    )
    for caveat in study.caveats:
        print(f"  - {escaped(caveat)}")
    print(
        f"  - PER as printed in arXiv 2603.21389 that no rounding explains: {escaped('; '.join(study.unexplained_per))}"
    )


def _print_families(study: PublishedStudy) -> None:
    """γ of every ladder, each from one source, or why there is none; exploratory."""
    rows = []
    for result in study.ladders:
        for fit in (fit for fit in result.fits if "γ" in fit.form):
            sizes = f"{min(fit.sizes):.1f} to {max(fit.sizes):.1f}"
            slope = (
                fit.reason or ""
                if fit.slope is None
                else (f"{fit.slope.value:.2f} [{fit.slope.low:.2f}, {fit.slope.high:.2f}]")
            )
            rows.append([result.study, str(fit.rung), f"{len(fit.sizes)}: {sizes}", slope])
    print("\nExploratory: cost of a solved problem ~ N^γ, for each series by one source\n")
    print_table(["series (benchmarks; source)", "rung", "sizes, 10⁹", "γ"], rows, right=(1,))


def _print_pro(study: PublishedStudy) -> None:
    rows = [
        [part.model, part.benchmark, f"{part.base_percent:.1f}%", f"{part.pro_percent:.1f}%",
         f"{part.pro_percent - part.base_percent:+.1f}"]
        for part in study.pro
    ]  # fmt: skip
    print("\nSelf-invoking problems (arXiv 2412.21199, Table 2)\n")
    print_table(["model", "benchmark", "base", "Pro", "points"], rows, right=(2, 3, 4))
