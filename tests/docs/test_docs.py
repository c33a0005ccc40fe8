"""What the pages say is run and checked: commands, options, rules, and every field of every format."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.docs.cli_reference import PAGE, reference

from isocost.analysis.planning import PlanOption
from isocost.analysis.time_of_size import LayersAndBytes, PowerLaw
from isocost.cli.analyse import analyse
from isocost.cli.check import check
from isocost.cli.compare import compare
from isocost.cli.generate import generate
from isocost.cli.judge import judge
from isocost.cli.options import EngineChoices, SpendingCaps
from isocost.cli.plan import plan
from isocost.cli.profile import profile
from isocost.cli.report import report
from isocost.cost.devices import Device, Figure
from isocost.cost.prices import PriceTable, TokenPrice
from isocost.judge.extraction import RULES
from isocost.records import (
    Architecture,
    BenchmarkInfo,
    Comparison,
    Conditions,
    Estimate,
    Execution,
    Generation,
    JudgePolicy,
    Limits,
    Manifest,
    ModelSpec,
    Outcome,
    Prompt,
    Sample,
    SamplingParams,
    Timing,
    Usage,
    Verdict,
    Window,
)
from isocost.records import LimitPolicy as Policy
from isocost.study.answering import result
from isocost.study.answering.selector_scores import Score
from isocost.study.benchmark_survey import BenchmarkSeen
from isocost.study.checking.finding import Finding
from isocost.study.checking.findings import Checked
from isocost.study.checking.registry import CHECKS
from isocost.study.comparing.runs import Compared, RungCompared
from isocost.study.demonstration import Demonstration, Difference, RungShown
from isocost.study.diagnosis import CacheSeen, Diagnosis, LevelSeen
from isocost.study.generating.generate import Generated, GeneratedRun
from isocost.study.planning.model_survey import ModelSeen
from isocost.study.planning.planned_cost import SampleCost, StudyCost
from isocost.study.planning.planning_defaults import Supposed
from isocost.study.planning.study_plan import PlannedStudy, StudyPlan, WantedStudy
from isocost.study.profiling.profile_record import (
    BatchFigures,
    ModelFigures,
    Profile,
    SizeScaling,
    Skipped,
    Spread,
)
from isocost.study.published.coverage import CoverageCurve, CoverageLead
from isocost.study.published.rows import PublishedBoth
from isocost.study.published.study import ProScore, PublishedStudy
from isocost.study.running.forecast import Forecast, ForecastRow
from isocost.study.running.study_file import AnalysisWanted, Caps, JudgingWanted, Study, StudyModel
from isocost.study.sample_table import COLUMNS
from isocost.study.showing import ExtractionUse, RuleUse, Selected, ShownSample, ShownVerdict
from isocost.study.summary import Summary

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "design/README.md",
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))),
)
WORDS = (
    "problem", "benchmark", "rung", "ladder", "self-invoking problem", "sample", "program", "execution", "verdict", "tally",
    "estimate", "cost", "budget", "regime", "isocost curve", "PER", "forge",
)  # fmt: skip
"""The words of the project, in the order in which they come to be."""
RECORDS = (
    Manifest, ModelSpec, Generation, JudgePolicy, BenchmarkInfo, Policy, Sample, SamplingParams, Usage, Timing, Prompt, Window, Conditions, Execution, Limits, Verdict,
    Generated, GeneratedRun, Summary, Estimate, Compared, RungCompared, Comparison, Checked, Finding, StudyPlan, SampleCost, Supposed, PlannedStudy, PlanOption,
    StudyCost, WantedStudy, ModelSeen, Architecture, result.Result, result.ModelPart, result.SolvedPart, result.CostPart,
    result.CurvePart, result.BestPart, result.CrossingPart, result.PerPart, result.StandingPart, result.OutcomePart, result.FitPart, result.ChangePart,
    result.DropPart, PublishedStudy, ProScore, CoverageCurve, CoverageLead, PublishedBoth, Score,
    Profile, ModelFigures, BatchFigures, Spread, Skipped, SizeScaling, PowerLaw, LayersAndBytes, Device, Figure,
    Forecast, ForecastRow, ExtractionUse, RuleUse, Selected, ShownSample, ShownVerdict, BenchmarkSeen, Diagnosis, LevelSeen, CacheSeen,
    Demonstration, RungShown, Difference, PriceTable, TokenPrice,
)  # fmt: skip

# What differs from one machine or moment to another: seconds, and the level of isolation that holds.
SECONDS = re.compile(r"\b\d+\.\d s\b")
LEVELS = re.compile(r"\b(?:isolation|takes:) (?:strong|contained)\b")


class Block(NamedTuple):
    """A block of commands in a page."""

    page: str
    line: int
    mark: str
    text: str


def _blocks() -> list[Block]:
    """All blocks marked `console`; behind that word stands nothing, `exit N`, or `skip` and the reason."""
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for match in re.finditer(r"^```console ?(.*)\n((?s:.*?))^```$", text, re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Block(page, line, match[1], match[2]))
    return found


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An empty folder for each page: its blocks run there one after the other."""
    return {page: tmp_path_factory.mktemp("page") for page in PAGES}


@pytest.mark.slow
@pytest.mark.parametrize("block", _blocks(), ids=lambda block: f"{block.page}:{block.line}")
def test_commands_do_what_the_page_says(block: Block, folder_of: dict[str, Path]) -> None:
    """Each command of a page ends as it should, and prints what stands below it (`...` stands for anything)."""
    if block.mark.startswith("skip "):
        pytest.skip(f"{block.page}:{block.line} {block.mark.removeprefix('skip ')}")
    code = int(block.mark.removeprefix("exit ")) if block.mark else 0
    env = {name: value for name, value in os.environ.items() if name != "ISOCOST_DATA"}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    for command, expected in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder_of[block.page], env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=200,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        if not doctest.OutputChecker().check_output(_masked(expected), _masked(done.stdout), flags):
            pytest.fail(f"{block.page}: {command}\nexpected:\n{expected}\nprinted:\n{done.stdout}")


def _masked(text: str) -> str:
    return LEVELS.sub("isolation LEVEL", SECONDS.sub("N s", text))


def test_links_lead_somewhere() -> None:
    """Each link to a file of this repository leads to one, and each anchor to a heading."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
            name, _, anchor = target.partition("#")
            path = ((ROOT / page).parent / name).resolve() if name else ROOT / page
            assert path.is_file(), f"{page}: {target}"
            headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
            assert not anchor or anchor in anchors, f"{page}: {target}"


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _first_cells(page: str, header: str) -> list[str]:
    """First cells of the table whose head begins with `header`."""
    rows = re.search(rf"^\| {re.escape(header)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.MULTILINE)
    assert rows is not None, header
    return [row.split("|")[1].strip() for row in rows[1].splitlines()]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_is_described(record: type) -> None:
    """formats.md has a table for each record with its fields, all of them, no others, in their order."""
    fields = [f"`{name}`" for name in record.__struct_fields__]  # type: ignore[attr-defined]
    assert _first_cells(_page("formats.md"), f"`{record.__name__}`") == fields


def test_every_column_is_described() -> None:
    """formats.md names each column of the exported table once."""
    cells = _first_cells(_page("formats.md"), "column")
    named = [name for cell in cells for name in re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cell))]
    assert sorted(named) == sorted(COLUMNS)


def test_every_rule_is_described() -> None:
    """judging.md has each rule of extraction with its meaning, in order."""
    page = _page("judging.md")
    assert _first_cells(page, "rule") == [f"`{rule}`" for rule in RULES]
    assert not [rule for rule, meaning in RULES.items() if f"| `{rule}` | {meaning} |" not in page]


@pytest.mark.parametrize(
    ("page", "verb"),
    [("generating.md", generate), ("judging.md", judge), ("analysis.md", analyse), ("reading-a-report.md", report)],
)
def test_every_option_is_described(page: str, verb: Callable[..., int]) -> None:
    """A verb's page has a row for each of its options."""
    cells = " ".join(_first_cells(_page(page), "option"))
    spelt = {
        "samples": "SAMPLES",
        "runs": "RUNS",
        "result": "RESULT",
        "cache": "--no-cache",
        "prompt_shared": "--no-prompt-shared",
    }
    spelt["extrapolate"] = "--no-extrapolate"
    if verb is generate:
        del spelt["samples"]  # an option there, the file in the other verbs
    shared = {"spending": SpendingCaps, "engine": EngineChoices}  # several options at once
    names = list(inspect.signature(verb).parameters)
    for name, options in shared.items():
        if name in names:
            names.remove(name)
            names += [field.name for field in dataclasses.fields(options)]
    for name in names:
        assert f"`{spelt.get(name, '--' + name.replace('_', '-'))}`" in cells


@pytest.mark.parametrize("verb", [compare, plan], ids=lambda verb: verb.__name__)
def test_every_option_of_planning_is_described(verb: Callable[..., int]) -> None:
    """planning.md has a row for each option of `compare` and of `plan`."""
    cells = " ".join(_first_cells(_page("planning.md"), f"option of `{verb.__name__}`"))
    for name in inspect.signature(verb).parameters:
        option = {"a": "A", "b": "B"}.get(name, f"--{name.replace('_', '-')}")
        assert f"`{option}`" in cells


def test_every_check_is_described() -> None:
    """checking.md has a row for each check, in order, and one for each option of `check`."""
    page = _page("checking.md")
    assert _first_cells(page, "check") == [f"`{one.name}`" for one in CHECKS]
    cells = " ".join(_first_cells(page, "option of `check`"))
    for name in inspect.signature(check).parameters:
        assert f"`{name.upper() if name == 'runs' else '--' + name.replace('_', '-')}`" in cells


def test_every_option_of_profiling_is_described() -> None:
    """profiling.md has a row for each option of `profile`."""
    cells = " ".join(_first_cells(_page("profiling.md"), "option of `profile`"))
    for name in inspect.signature(profile).parameters:
        assert f"`{'MODEL' if name == 'model' else '--' + name.replace('_', '-')}`" in cells


def test_every_outcome_is_described() -> None:
    """judging.md has a row for each outcome."""
    cells = " ".join(_first_cells(_page("judging.md"), "outcome"))
    assert not [outcome for outcome in Outcome if f"`{outcome}`" not in cells]


def test_the_command_line_is_described_as_it_is() -> None:
    """cli.md is what `make docs` makes of the code."""
    assert PAGE.read_text(encoding="utf-8") == reference(), "docs/cli.md is stale: run `make docs` and commit the page"


def test_every_field_of_a_study_is_described() -> None:
    """running.md has each field of a study, and those of its tables."""
    cells = " ".join(_first_cells(_page("running.md"), "field"))
    assert not [name for name in Study.__struct_fields__ if f"`{name}`" not in cells]
    for table in (StudyModel, Caps, JudgingWanted, AnalysisWanted):
        assert not [name for name in table.__struct_fields__ if f"`{name}`" not in _page("running.md")]


def test_every_word_is_explained() -> None:
    """concepts.md has each word of the project with an example, and no others."""
    assert _first_cells(_page("concepts.md"), "word") == [f"**{word}**" for word in WORDS]


def test_every_page_is_found_from_the_index() -> None:
    """docs/README.md links every page of the folder, and README.md links docs/README.md."""
    index = _page("README.md")
    assert not [page for page in PAGES if page.startswith("docs/") and page != "docs/README.md"
                if f"({page.removeprefix('docs/')}" not in index]  # fmt: skip
    assert "(docs/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
