"""The page as text: numbers as in the result, nothing that could load anything, readable without seeing."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.report.conftest import Study
from tests.report.report_parts import MODELS, numbers_of, parts, real_programs, write_run

from isocost.benchmarks import load
from isocost.records import Basis, Regime, Unit
from isocost.report.headline import headline
from isocost.report.page import render
from isocost.study.published.study import PublishedStudy


class Reader(HTMLParser):
    """Reads what a page holds: numbers of tables by name, data of scripts by id, and every start of an element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[float]] = {}
        self.data: dict[str, str] = {}
        self.starts: list[tuple[str, dict[str, str | None]]] = []
        self._table = self._script = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        found = dict(attrs)
        self.starts.append((tag, found))
        self._script = found.get("id") or "" if tag == "script" else ""
        if tag == "table":
            self._table = found.get("data-name") or ""
            assert self._table not in self.tables
            self.tables[self._table] = []
        if tag == "data":
            self.tables[self._table].append(float(found["value"] or ""))

    def handle_data(self, data: str) -> None:
        """Note the data of scripts that have an id."""
        if self._script:
            self.data[self._script] = self.data.get(self._script, "") + data

    def unpacked(self, name: str) -> Any:  # noqa: ANN401 (JSON)
        """Data of the page."""
        return json.loads(gzip.decompress(base64.b64decode(self.data[f"data-{name}"])))


@pytest.fixture(scope="module")
def text(study: Study) -> str:
    """The page's source."""
    return (study.folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Reader:
    """The page, read."""
    return Reader(text)


@pytest.fixture(scope="module")
def result(study: Study) -> dict[str, Any]:
    """`result.json`, read as JSON."""
    found = json.loads((study.folder / "result.json").read_bytes())
    assert isinstance(found, dict)
    return found


ENDS = ("low", "high")


@pytest.mark.parametrize(
    ("table", "part", "keys"),
    [
        ("drops", "drops", ("problems", "both", "only_base", "only_harder", "neither", "drop.value", "drop.low", "drop.high", "excluding")),
        ("changes", "changes", ("change.value", "change.low", "change.high")),
        ("fits", "fits", ("rung", "slope.value", "slope.low", "slope.high", "left_out_error")),
    ],
)  # fmt: skip
def test_tables_have_the_numbers_of_the_result(
    page: Reader, result: dict[str, Any], table: str, part: str, keys: tuple[str, ...]
) -> None:
    """Every number of these tables is that of `result.json`, to the last digit and in its order."""
    order = {model["name"]: place for place, model in enumerate(result["models"])}
    by_size = {part: sorted(result[part], key=lambda one: order.get(one.get("model"), 0))}
    assert page.tables[table] == list(numbers_of(parts(by_size, part, keys)))
    assert page.tables[table]


def test_other_tables_have_the_numbers_of_the_result(page: Reader, result: dict[str, Any]) -> None:
    """Tables that join parts of the result: the same numbers as these parts, as often."""
    solved = sorted(numbers_of(parts(result, "solved", ("pass_at_1.value", "pass_at_1.low", "pass_at_1.high"))))
    sizes = [model["parameters"] / 1e9 for model in result["models"]]
    assert sorted(page.tables["pass-rates"]) == sorted([*solved, *sizes])
    costs = numbers_of(parts(result, "costs", ("rung", "prompt", "completion", "per_solved.value", "per_solved.low", "per_solved.high")))  # fmt: skip
    assert sorted(page.tables["costs"]) == sorted(costs)
    ratios = list(numbers_of(parts(result, "per", ("value", "low", "high", "first"))))
    units = {part["unit"] for part in result["curves"]}
    rungs = [rung for rung in {part["rung"] for part in result["per"]} for _ in result["models"] for _ in units]
    assert sorted(_in_all_units(page, "per")) == sorted([*ratios, *rungs])
    outcomes = [share for part in result["outcomes"] for share in part["shares"].values() if share > 0.0]
    assert sorted(n for n in page.tables["outcomes"] if 0.0 < n < 1.0) == sorted(s for s in outcomes if s < 1.0)
    over = [part for part in result["crossings"] if part["what"] == "overtakes"]
    found = list(numbers_of([[part[key] for key in ("rung", "budget", *ENDS, "existence")] for part in over if part["budget"] is not None]))  # fmt: skip
    nowhere = list(numbers_of([[part["rung"], part["existence"]] for part in over if part["budget"] is None]))
    assert sorted(_in_all_units(page, "overtaking")) == sorted([*found, *nowhere])


def _in_all_units(page: Reader, name: str) -> list[float]:
    """Numbers of a table, and of those that show the same in other units."""
    return [one for table, numbers in page.tables.items() if table.partition("-")[0] == name for one in numbers]


def test_each_unit_has_its_tables(page: Reader, result: dict[str, Any]) -> None:
    """The table of the best model by budget is there in the unit of the answer, and folded in every other one."""
    units = list(dict.fromkeys(part["unit"] for part in result["best"]))
    assert units == ["flops", "tokens", "seconds"]
    for name in ("best", "overtaking", "reaching", "per"):
        assert [table for table in page.tables if table.partition("-")[0] == name] == [
            name,
            f"{name}-tokens",
            f"{name}-seconds",
        ]
    budgets = {unit: {part["budget"] for part in result["best"] if part["unit"] == unit} for unit in units}
    for unit in units[1:]:
        assert set(page.tables[f"best-{unit}"]) & budgets[unit]
        assert not set(page.tables[f"best-{unit}"]) & budgets["flops"]


def test_charts_draw_the_numbers_of_the_result(page: Reader, result: dict[str, Any]) -> None:
    """What a chart draws of curves is every known point of `result.json`; the page carries the whole result too."""
    assert page.unpacked("result") == result
    figures = page.unpacked("figures")
    drawn = figures["0-curves"]["data"]["rows"]
    known = {
        (curve["unit"], curve["regime"], str(curve["rung"]), budget, solved, low, high)
        for curve in result["curves"]
        for budget, solved, low, high in zip(
            curve["budgets"], curve["solved"], curve["low"], curve["high"], strict=True
        )
        if solved is not None
    }
    columns = [drawn[name] for name in ("unit", "regime", "rung", "budget", "solved", "low", "high")]
    assert set(zip(*columns, strict=True)) == known
    points = figures["0-solved"]["data"]["rows"]
    assert sorted(points["solved"]) == sorted(part["pass_at_1"]["value"] for part in result["solved"])


def test_nothing_in_the_page_loads_anything(page: Reader, text: str) -> None:
    """No link, image, frame or script leads out; its own policy forbids every load, and evaluating text too."""
    kinds = {tag for tag, _ in page.starts}
    assert not kinds & {"img", "iframe", "object", "embed", "audio", "video", "base"}
    for tag, attributes in page.starts:
        for name in ("src", "href", "action", "srcset", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or (tag, value) == ("link", "data:,"), (tag, name, value)
        assert not any(name.startswith("on") for name in attributes)
    (policy,) = (a["content"] or "" for tag, a in page.starts if tag == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    addresses = set(re.findall(r"https?://[\w./-]+", text))
    assert {re.sub(r"https?://([\w.]+).*", r"\1", address) for address in addresses} <= {"www.w3.org", "vega.github.io"}
    assert not [address for address in addresses if "vega.github.io" in address and "/schema/" not in address]


def test_page_can_be_read_without_seeing(page: Reader, text: str) -> None:
    """One main, one h1, headings without gaps, each table with caption and scopes, each chart with words and a table."""
    tags = [tag for tag, _ in page.starts]
    for landmark in ("header", "main", "footer", "h1"):
        assert tags.count(landmark) == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tags.count("caption") == tags.count("table") > 8
    assert all("scope" in attributes for tag, attributes in page.starts if tag == "th")
    ids = {a["id"] for _, a in page.starts if "id" in a}
    charts = [a for _, a in page.starts if a.get("role") == "img"]
    for chart in charts:
        assert {chart["aria-labelledby"], chart["aria-describedby"]} <= ids
    assert len(charts) == tags.count("figure") == text.count("Figures of this chart</summary>")
    labelled = [a for tag, a in page.starts if tag == "nav" or a.get("role") in {"region", "listbox", "search"}]
    assert all(a.get("aria-label") for a in labelled)
    assert '<html lang="en">' in text


def test_the_answer_and_its_doubts_stand_at_the_top(study: Study, text: str) -> None:
    """Two sentences with uncertainty come first, then the warnings, as text, then all else."""
    first, second = headline(study.result)
    assert "of draws" in first
    assert "rung 2" in second or "rung 3" in second
    warning = text.index("72 problems are few &lt;b&gt;indeed&lt;/b&gt;")
    assert 0 < text.rindex('class="headline"') < warning < text.index("<figure")
    for caveat in study.result.caveats:
        assert caveat.partition("'")[0] in text


def test_the_best_of_one_is_no_answer(study: Study) -> None:
    """Budgets at which one model alone is known do not count, and one model alone is the best of nothing."""
    whole = study.result
    lonely = [
        msgspec.structs.replace(part, regime=Regime.selected, runner_up=None, lead=None, lead_low=None, lead_high=None)
        for part in whole.best
        if part.regime is Regime.oracle
    ]
    assert any(part.model for part in lonely)
    assert headline(msgspec.structs.replace(whole, best=(*lonely, *whole.best))) == headline(whole)
    first, second = headline(msgspec.structs.replace(whole, models=whole.models[:1], solved=whole.solved[:1]))
    assert "the only model here, solves " in first
    assert "] of " in first
    assert "nothing to compare" in second


def test_the_published_study_has_a_page(published: tuple[PublishedStudy, Path]) -> None:
    """Every ladder is a series of the page; coverage, base against Pro, and what no rounding explains are there."""
    study, place = published
    page = place.read_text(encoding="utf-8")
    assert page.count('<div class="series"') == len(study.ladders) + 1
    for words in ("Coverage of Code Llama", "Base against self-invoking", "Mistral-7B on GSM8K", "codearena-t4"):
        assert words in page
    pro = re.search(r'<table data-name="pro">.*?</table>', page, re.DOTALL)
    assert pro is not None
    numbers = [float(value) for value in re.findall(r'<data value="([^"]+)"', pro[0])]
    assert numbers == [
        value
        for part in study.pro
        for value in (part.base_percent, part.pro_percent, part.pro_percent - part.base_percent)
    ]
    assert len(page.encode()) < 3_000_000


def test_a_result_without_costs_says_so(study: Study) -> None:
    """Where no unit of cost is known, the page has no curves, and its answer says that the question stays open."""
    bare = msgspec.structs.replace(
        study.result, unit=None, curves=(), best=(), crossings=(), costs=(), per=(), standing=(), fits=(), changes=()
    )
    assert "stays open" in headline(bare)[1]
    page = Reader(render(bare))
    assert "best" not in page.tables
    assert page.tables["pass-rates"]


def test_measured_and_modelled_costs_stand_side_by_side(study: Study) -> None:
    """Seconds of both bases are in one row of the table of costs, and are two marks of the chart."""
    there = [part for part in study.result.costs if part.unit is Unit.seconds]
    measured = [msgspec.structs.replace(part, basis=Basis.measured, prompt=2.0, completion=3.0) for part in there]
    both = [part for pair in zip(measured, there, strict=True) for part in pair]
    result = msgspec.structs.replace(study.result, costs=tuple(both))
    page = Reader(render(result))
    rows = len(MODELS) * 3
    assert [page.tables["costs"].count(number) for number in (2.0, 3.0)] == [rows + rows // 3, rows + rows // 3]
    assert all(page.tables["costs"].count(part.completion) >= 1 for part in there)
    drawn = page.unpacked("figures")["0-costs"]["data"]["rows"]
    assert sorted(drawn["basis"]) == ["measured"] * rows + ["modelled"] * rows
    assert drawn["cost"][:2] == [5.0, there[0].prompt + there[0].completion]


@pytest.fixture
def large(data_dir: Path, tmp_path: Path) -> list[Any]:
    """Five models on 706 real problems, one program each, as long as real ones."""
    programs = real_programs()
    runs = []
    for place, model in enumerate(MODELS):
        for name in ("humaneval", "humaneval-pro", "mbpp-pro"):
            text = lambda number, shift=place * 706: programs[(number + shift) % len(programs)]  # noqa: E731
            runs.append(write_run(tmp_path / f"{model} {name}", model, load(name, data_dir=data_dir), text=text))
    return runs


def test_a_study_of_706_problems_fits_into_six_megabytes(study: Study, large: list[Any], data_dir: Path) -> None:
    """5 models × 706 problems × 1 sample, with every prompt, program and verdict: at most 6 MB."""
    assert sum(len(run.samples) for run in large) == 5 * 706
    page = render(study.result, runs=large, data_dir=data_dir)
    packed = Reader(page).unpacked("samples")
    assert len(packed["samples"]) == 5 * 706
    assert all(sample[8] for sample in packed["samples"])
    assert len(page.encode()) <= 6_000_000
