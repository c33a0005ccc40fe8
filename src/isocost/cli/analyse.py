"""`isocost analyse`: run folders in, the answer and `result.json` out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from isocost.cli.options import DataDir, Format, Json
from isocost.cli.output import Form, form_of, print_json, print_line
from isocost.cli.result_tables import print_result


def analyse(
    runs: Annotated[list[Path], Parameter(negative=())],
    /,
    *,
    unit: Literal["tokens", "flops", "seconds", "joules", "dollars", "byte_seconds"] | None = None,
    device: str | None = None,
    prices: Path | None = None,
    spec: Annotated[list[str] | None, Parameter(negative=())] = None,
    chars_per_token: float | None = None,
    prompt_shared: bool | None = None,
    extrapolate: bool = True,
    fit: Literal["logit", "power", "gamma"] | None = None,
    draws: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    out: Annotated[Path | None, Parameter(name=("--out", "-o"))] = None,
    data_dir: DataDir = None,
    format: Format = None,  # noqa: A002 (the option's name)
    json: Json = False,
) -> int:
    """Say which size solves the most at each budget, at each rung, and how sure that is.

    Parameters
    ----------
    runs
        Run folders of `isocost judge`, or folders that hold some.
    unit
        Unit of budgets in the answer; by default FLOPs, or the first that every model has. The result and the report have
        the others too.
    device
        Device to model seconds, throughput, latency and memory for, as A100-80GB; an unknown name lists those there are.
    prices
        TOML table of prices, for dollars.
    spec
        MODEL=FILE: the shape of a model that isocost does not know, from a config.json or a .gguf.
    chars_per_token
        Characters of a token, to estimate tokens where samples do not say how many they used.
    prompt_shared
        Charge reading the prompt once for all samples of a problem; by default as the runs' windows say it.
    extrapolate
        Let curves of several samples go on past them, by the beta-binomial law.
    fit
        Insist on this fit over sizes; it is an error if there are too few.
    draws
        Draws of the bootstrap.
    seed
        Seed of the bootstrap.
    level
        Nominal coverage of all intervals.
    out
        File to write; by default `result.json` in the folder that holds the runs. `report.html` is written beside it.
    """
    from isocost.report.page import write_report
    from isocost.report.sources import findings_of, runs_of
    from isocost.study.answering.analysing import analyse as analyse_runs
    from isocost.study.answering.analysing import write_result
    from isocost.study.answering.runs_read import request_of

    form = form_of(format, json=json)
    request = request_of(
        runs, unit=unit, device=device, prices=prices, specs=spec or [], chars_per_token=chars_per_token,
        prompt_shared=prompt_shared, extrapolate=extrapolate, fit=fit, draws=draws, seed=seed, level=level,
        data_dir=data_dir,
    )  # fmt: skip
    result = analyse_runs(request)
    place = out or (runs[0] if len(runs) == 1 else runs[0].resolve().parent) / "result.json"
    write_result(result, place)
    page = place.with_name("report.html")
    read = runs_of(request.runs, place.parent)
    found = findings_of(result, place, read, data_dir=data_dir)
    write_report(result, page, runs=read, warnings=found, data_dir=data_dir)
    if form is Form.json:
        print_json(result)
        return 0
    print_result(result, form)
    print()
    print_line(f"result: {place}    report: {page}", form)
    return 0
