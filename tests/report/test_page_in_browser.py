"""The page in a real browser: it draws, switches, filters, saves, asks for nothing, and hostile text stays text."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from tests.report.conftest import Study
from tests.report.report_parts import MODELS, asked_for, console, open_page, real_programs, wait, write_run

from isocost.benchmarks import load
from isocost.records import Outcome
from isocost.report.page import write_report
from isocost.study.published.study import PublishedStudy

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

Ask = Callable[..., Any]
"""Runs a script in the page, and gives what it returns."""
CHARTS = ["0-curves", "0-best", "0-solved", "0-drops", "0-elasticity", "0-costs", "0-outcomes"]
MANY = 20_000
HOSTILE = (
    "</script><script>window.owned = 1</script><!-- <img src=x onerror='window.owned = 1'>\n"
    "\x1b[2J\x1b]0;owned\x07\x00 \u202egnp.exe \u2066x\u2069 \ud800 ]]> ${owned} {{ owned }} \r end"
)


@pytest.fixture
def ask(browser: Chrome) -> Ask:
    """Run a script in the page and give what it returns."""
    return browser.execute_script


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_is_quiet_and_fits(browser: Chrome, ask: Ask, study: Study, width: int, dark: bool) -> None:
    """Wide and narrow, light and dark: every chart is drawn, nothing is asked for, the console is empty, nothing scrolls sideways."""
    page = study.folder / "report.html"
    asked_for(browser)
    console(browser)
    open_page(browser, page, width=width, dark=dark)
    ask("for (const one of document.querySelectorAll('details')) one.open = true")
    drawn = ask("return [...document.querySelectorAll('figure[data-drawn]')].map((one) => one.dataset.figure)")
    assert drawn == CHARTS
    marks = ask("return [...document.querySelectorAll('.chart svg')].map((one) => one.querySelectorAll('path').length)")
    assert len(marks) == len(CHARTS)
    assert min(marks) > 3
    assert ask("return [innerWidth, document.documentElement.scrollWidth - document.documentElement.clientWidth]") == [
        width,
        0,
    ]
    paper = ask("return getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") is not dark
    assert console(browser) == []
    assert asked_for(browser) == [page.as_uri()]


def test_switches_change_the_chart(browser: Chrome, ask: Ask, study: Study) -> None:
    """Rung, regime and unit of the curves are switched by their buttons; the chart and its figures are those of the choice."""
    open_page(browser, study.folder / "report.html")
    seen = set()
    for column, value in (("rung", "2"), ("rung", "3"), ("regime", "oracle"), ("unit", "tokens")):
        ask("document.querySelector(`#figure-0-curves input[data-column=${arguments[0]}][value='${arguments[1]}']`).click()", column, value)  # fmt: skip
        wait(partial(_is_drawn, ask, column, value))
        seen.add(ask("return document.querySelector('#figure-0-curves .chart').innerHTML"))
    assert len(seen) == 4
    assert _drawn(ask) == {"regime": "oracle", "rung": "3", "unit": "tokens"}
    assert "budget for each problem, tokens" in ask(
        "return document.querySelector('#figure-0-curves .chart').textContent"
    )
    rows = ask("return isocost.charts.first(document.querySelector('#figure-0-curves'))")
    curves = [c for c in study.result.curves if (c.regime.value, c.rung, c.unit.value) == ("oracle", 3, "tokens")]
    known = {value for curve in curves for value in curve.solved if value is not None}
    assert {row["solved"] for row in rows} == known
    for unit, words in (("seconds", "device-seconds"), ("flops", "FLOP")):  # each unit of the result, on both charts
        for chart in ("curves", "best"):
            ask(f"document.querySelector('#figure-0-{chart} input[data-column=unit][value={unit}]').click()")
        wait(partial(_is_drawn, ask, "unit", unit))
        wait(partial(_names, ask, "best", words))
    assert console(browser) == []


def _names(ask: Ask, chart: str, words: str) -> bool:
    return words in ask(f"return document.querySelector('#figure-0-{chart} .chart').textContent")


def _drawn(ask: Ask) -> dict[str, str]:
    """What the chart of curves was last drawn for."""
    found: dict[str, str] = json.loads(ask("return document.querySelector('#figure-0-curves').dataset.drawn"))
    return found


def _is_drawn(ask: Ask, column: str, value: str) -> bool:
    return _drawn(ask)[column] == value


def test_theme_and_chart_colours_are_switched(browser: Chrome, ask: Ask, study: Study) -> None:
    """The button turns light to dark; a chart's colours follow without being drawn again."""
    open_page(browser, study.folder / "report.html")
    colours = "return [document.body, document.querySelector('#figure-0-drops .mark-rect path')].map((one) => getComputedStyle(one)).map((style) => style.backgroundColor + style.fill)"
    light = ask(colours)
    ask("document.getElementById('theme').click()")
    dark = ask(colours)
    assert light[0] != dark[0]
    assert light[1] != dark[1]


def test_charts_and_tables_are_saved(browser: Chrome, ask: Ask, study: Study) -> None:
    """Each chart comes as SVG, PNG and CSV, each table as CSV, and the whole result as it was."""
    open_page(browser, study.folder / "report.html")
    browser.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(study.folder / "saved")}
    )
    for kind in ("svg", "png", "csv"):
        ask(f"document.querySelector('#figure-0-curves [data-save={kind}]').click()")
    ask("document.getElementById('0-table-pass-rates').querySelector('.csv').click()")
    ask("document.getElementById('save-result').click()")
    names = (
        "isocost-0-curves.svg",
        "isocost-0-curves.png",
        "isocost-0-curves.csv",
        "isocost-pass-rates.csv",
        "result.json",
    )
    saved = {name: study.folder / "saved" / name for name in names}
    wait(lambda: all(path.exists() for path in saved.values()))
    ET.fromstring(saved[names[0]].read_text(encoding="utf-8"))
    assert saved[names[1]].read_bytes().startswith(b"\x89PNG")
    with saved[names[2]].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = study.result.curves[0]
    assert [float(row["budget"]) for row in rows[:10]] == list(first.budgets[:10])
    with saved[names[3]].open(encoding="utf-8", newline="") as file:
        assert [row[0] for row in csv.reader(file)][1:] == list(MODELS)
    assert json.loads(saved[names[4]].read_bytes()) == json.loads((study.folder / "result.json").read_bytes())


def test_print_shows_all_on_light_paper(browser: Chrome, study: Study) -> None:
    """The page prints, dark or not, as a PDF of several pages."""
    open_page(browser, study.folder / "report.html", dark=True)
    made = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert len(made["data"]) > 50_000


def test_a_printed_chart_says_what_it_was_switched_to(browser: Chrome, ask: Ask, study: Study) -> None:
    """On paper nothing can be switched, but rung, unit and regime of the curves are still to be read, the chosen ones alone."""
    open_page(browser, study.folder / "report.html")
    words = "return document.querySelector('#figure-0-curves .switches').innerText.split(/\\s*\\n\\s*/)"
    before = ask(words)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        printed = ask(words)
        chosen = ask("return document.querySelectorAll('#figure-0-curves .switches input:checked').length")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert len(printed) == 2 * chosen < len(before)
    assert printed[0] == before[0]


@pytest.fixture(scope="module")
def many(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A page of 20,000 samples, and of one with hostile text under a model of hostile name."""
    folder = tmp_path_factory.mktemp("many")
    benchmark, programs = load("steps"), real_programs()
    draws = MANY // (len(MODELS) * len(benchmark.problems)) + 1
    runs = []
    for place, model in enumerate(MODELS):
        text = lambda number, place=place: programs[(7 * number + place) % len(programs)]  # noqa: E731
        runs.append(write_run(folder / model, model, benchmark, draws=draws, text=text))
    bad = lambda number: HOSTILE + "x" * (5_000_000 if number == 0 else 10)  # noqa: E731
    runs.append(write_run(folder / "hostile", HOSTILE, load("steps-deep"), text=bad))
    result = msgspec.structs.replace(study.result, study=HOSTILE, caveats=(HOSTILE,))
    write_report(result, folder / "report.html", runs=runs)
    return Study(folder, result, runs)


def _filter(ask: Ask, name: str, value: str) -> None:
    ask(
        "const one = document.getElementById(`filter-${arguments[0]}`); one.value = arguments[1];"
        "one.dispatchEvent(new Event('input', { bubbles: true }))", name, value,
    )  # fmt: skip


def _found(ask: Ask) -> str:
    text: str = ask("return document.getElementById('samples-found').textContent")
    return text


def test_twenty_thousand_samples_are_filtered(browser: Chrome, ask: Ask, many: Study) -> None:
    """Model, outcome and text leave the samples that the runs have; only rows in view exist, and keys move among them."""
    open_page(browser, many.folder / "report.html")
    every = [(run.manifest.model, verdict) for run in many.runs for verdict in run.verdicts.read()]
    assert len(every) > MANY
    assert _found(ask).startswith(f"{len(every):,} samples")
    _filter(ask, "model", "2")
    _filter(ask, "outcome", str(list(Outcome).index(Outcome.time_limit)))
    wanted = [v for model, v in every if model == MODELS[2] and v.outcome is Outcome.time_limit]
    assert _found(ask) == f"{len(wanted):,} of {len(every):,} samples, 0 passed"
    _filter(ask, "text", "Steps/13")
    few = [verdict for verdict in wanted if verdict.problem_id == "Steps/13"]
    assert _found(ask).startswith(f"{len(few):,} of")
    assert 0 < ask("return document.querySelectorAll('#samples-list .row').length") < 60
    ask("document.getElementById('samples-list').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }))")
    ask("document.getElementById('samples-list').dispatchEvent(new KeyboardEvent('keydown', { key: 'End' }))")
    shown = ask("return document.getElementById('sample-shown').textContent")
    assert "Steps/13" in shown
    assert "time limit" in shown
    assert few[-1].detail is not None
    assert few[-1].detail in shown
    assert ask("return document.querySelector('.row[aria-selected=true]').id") == f"sample-{len(few) - 1}"
    assert ask("return document.querySelectorAll('#sample-shown .py-keyword').length") > 0
    _filter(ask, "text", "no such text anywhere")
    assert _found(ask).startswith("0 of")


def test_hostile_text_stays_text(browser: Chrome, ask: Ask, many: Study) -> None:
    """Nothing of a hostile completion, model or study runs; what cannot be seen is shown; 5 MB are cut, saying so."""
    asked_for(browser)
    console(browser)
    open_page(browser, many.folder / "report.html")
    _filter(ask, "model", str(len(MODELS)))
    ask("isocost.samples.choose(0)")
    shown = ask("return document.getElementById('sample-shown').textContent")
    assert ask("return window.owned === undefined")
    assert "</script><script>window.owned = 1</script><!-- <img src=x" in shown
    assert "␛[2J␛]0;owned␇␀ ⟨U+202E⟩gnp.exe ⟨U+2066⟩x⟨U+2069⟩ ⟨U+D800⟩" in shown
    assert f"cut here; {len(HOSTILE) + 5_000_000:,} characters in all" in shown
    whole = ask("return document.documentElement.textContent")
    assert not set(whole) & set("\x00\x1b\x07\u202e\u2066\ufffd")
    assert ask("return document.querySelectorAll('#sample-shown img, #sample-shown script').length") == 0
    assert console(browser) == []
    assert asked_for(browser) == [(many.folder / "report.html").as_uri()]
    assert (many.folder / "report.html").stat().st_size < 16_000_000


def test_series_of_the_published_study_are_switched(
    browser: Chrome, ask: Ask, published: tuple[PublishedStudy, Path]
) -> None:
    """Choosing another series shows its answer, draws its charts and leads the links to it; coverage has two units."""
    console(browser)
    open_page(browser, published[1])
    ask("const one = document.getElementById('series'); one.value = '2'; one.dispatchEvent(new Event('change'))")
    wait(lambda: ask("return document.querySelector('#figure-2-curves').dataset.drawn"))
    assert ask("return [...document.querySelectorAll('.series')].filter((one) => !one.hidden).map((one) => one.id)") == ["series-2"]  # fmt: skip
    assert ask("return document.querySelector('nav a').getAttribute('href')") == "#budgets-2"
    ask("document.querySelector('#figure-coverage input[value=seconds]').click()")
    wait(lambda: "device-seconds" in ask("return document.querySelector('#figure-coverage .chart').textContent"))
    assert console(browser) == []
