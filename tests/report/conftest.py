"""A study of five sizes on three rungs with its page, and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.report.report_parts import MODELS, chromium, real_programs, why_no_chromium, write_run

from isocost.benchmarks import load
from isocost.cost.devices import device
from isocost.report.page import write_report
from isocost.store.run import Run
from isocost.study.answering.analysing import analyse, write_result
from isocost.study.answering.result import Result
from isocost.study.answering.runs_read import AnalysisRequest, run_folders
from isocost.study.answering.sample_costs import Pricing
from isocost.study.checking.finding import Finding, Severity
from isocost.study.published.study import PublishedStudy, published_study

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


class Study(NamedTuple):
    """A study that was written by hand, analysed and reported."""

    folder: Path
    """Its runs, `result.json` and `report.html`."""
    result: Result
    """The result, in FLOPs and in two other units."""
    runs: list[Run]
    """The runs."""


def _found(severity: Severity, what: str, remedy: str) -> Finding:
    return Finding(severity=severity, check="few-problems", run=None, model=None, what=what, remedy=remedy)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Five sizes on three rungs, two samples a problem, costs in FLOPs, tokens and seconds; read it only."""
    folder = tmp_path_factory.mktemp("study")
    programs = real_programs()
    for place, model in enumerate(MODELS):
        for step, name in enumerate(("steps", "steps-pro", "steps-deep")):
            share = 0.35 + 0.12 * place - 0.15 * step
            text = lambda number: programs[number % len(programs)]  # noqa: E731
            write_run(folder / f"{model} {name}", model, load(name), draws=2, share=share, text=text)
    request = AnalysisRequest(runs=(folder,), draws=200, pricing=Pricing(device=device("A100-80GB")))
    result = analyse(request)
    write_result(result, folder / "result.json")
    runs = [Run.read(one) for one in run_folders([folder])]
    found = [
        _found(Severity.serious, "72 problems are few <b>indeed</b>", "take more"),
        _found(Severity.note, "one more thing", "look"),
    ]
    write_report(result, folder / "report.html", runs=runs, warnings=found)
    return Study(folder, result, runs)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One headless Chromium for all tests of pages; they are skipped where there is none."""
    if why := why_no_chromium():
        pytest.skip(why)
    pytest.importorskip("selenium", reason="the package `selenium` is not installed (make test installs it)")
    with chromium(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[PublishedStudy, Path]:
    """The published study with few draws, and its page; read it only."""
    made = published_study(draws=100)
    page = tmp_path_factory.mktemp("published") / "report.html"
    write_report(made, page)
    return made, page
