"""The page `report.html`: one file with everything in it, made of a result and of the runs that it came from.

The page may not load anything: its own policy forbids it. Data goes in compressed; what somebody else wrote becomes text
of the page only through Jinja's escaping, or in the browser through `textContent`.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from isocost import __version__
from isocost.report.budget_tables import budget_tables
from isocost.report.figure_specs import ACCENT, colour_pairs
from isocost.report.figures import LABELS, Figure, coverage_figure, figures_of
from isocost.report.headline import headline
from isocost.report.legible import legible
from isocost.report.published_tables import published_tables
from isocost.report.run_facts import manifest_texts, run_table
from isocost.report.sample_pack import pack_samples
from isocost.report.score_tables import score_tables
from isocost.report.short_names import shortened
from isocost.report.tables import Table
from isocost.store.disk import disk_error, replace_file
from isocost.study.published.study import PublishedStudy

if TYPE_CHECKING:
    from isocost.store.run import Run
    from isocost.study.answering.result import Result
    from isocost.study.checking.finding import Finding

SCRIPTS = ("unpack.js", "highlight.js", "charts.js", "tables.js", "samples.js", "start.js")


class Series(NamedTuple):
    """One result, as the page shows it."""

    place: int
    """Its place among all, from 0."""
    result: Result
    """The result."""
    headline: tuple[str, ...]
    """The answer in two sentences."""
    warnings: tuple[Finding, ...]
    """When not to believe it, the most serious first."""
    tables: dict[str, Table]
    """Its tables by name."""
    figures: dict[str, Figure]
    """Its figures by name."""


def write_report(
    study: Result | PublishedStudy,
    path: Path,
    *,
    runs: Sequence[Run] = (),
    warnings: Sequence[Finding] = (),
    data_dir: Path | None = None,
) -> None:
    """Write the page, whole or not at all.

    Raises RunMismatchError for a run with a broken line, UsageError or OwnFaultError where the disk says no.
    """
    content = render(study, runs=runs, warnings=warnings, data_dir=data_dir).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, [content])
    except OSError as error:
        raise disk_error(path, error) from error


def render(
    study: Result | PublishedStudy,
    *,
    runs: Sequence[Run] = (),
    warnings: Sequence[Finding] = (),
    data_dir: Path | None = None,
) -> str:
    """Make the text of the page. Raises RunMismatchError for a run with a broken line."""
    import jinja2

    if isinstance(study, PublishedStudy):
        published, results = study, (*study.ladders, study.recorded)
    else:
        published, results = None, (study,)
    series = [_series(place, result, _about(result, warnings, results)) for place, result in enumerate(results)]
    coverage = coverage_figure(published.coverage) if published else None
    figures = {f"{one.place}-{name}": figure for one in series for name, figure in one.figures.items()}
    if coverage is not None:
        figures["coverage"] = coverage
    packed = pack_samples(runs, data_dir=data_dir)
    scripts = [_bundle(), *(_part(name) for name in SCRIPTS)]
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_part), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=lambda value: legible(value) if type(value) is str else value,
    )  # fmt: skip
    return environment.get_template("report.html").render(
        version=__version__,
        labels=LABELS,
        series=series,
        published=published,
        extra={table.name: table for table in published_tables(published)} if published else {},
        coverage=coverage,
        runs=run_table(runs) if runs else None,
        manifests=manifest_texts(runs),
        samples=0 if packed is None else len(packed["samples"]),
        packed={
            "figures": _packed({name: _drawn(figure) for name, figure in figures.items()}),
            "samples": "" if packed is None else _packed(packed),
            "result": _packed(msgspec.to_builtins(study)),
        },
        style=_part("style.css"),
        accent=ACCENT,
        colours=colour_pairs(max(len(result.models) for result in results)),
        scripts=scripts,
        hashes=[b64encode(sha256(script.encode()).digest()).decode() for script in scripts],
    )


def _about(result: Result, warnings: Sequence[Finding], results: Sequence[Result]) -> list[Finding]:
    """The findings that are about one of several results, which they name behind the file; all, where it is alone."""
    name = f"({result.study})"
    return [one for one in warnings if len(results) == 1 or (one.run is not None and one.run.endswith(name))]


def _series(place: int, result: Result, warnings: Sequence[Finding]) -> Series:
    short = shortened(result)
    tables = {table.name: table for table in (*budget_tables(short), *score_tables(short))}
    figures = {figure.name: figure for figure in figures_of(result)}
    return Series(place, result, headline(result), tuple(warnings), tables, figures)


def _drawn(figure: Figure) -> dict[str, Any]:
    """A figure for the script: rows by column, so that no name of a column is written a thousand times."""
    data = {}
    for name, rows in figure.rows.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        data[name] = {column: [_plain(row[column]) for row in rows] for column in columns}
    return {
        "spec": figure.spec, "data": data, "axis": figure.axis or {},
        "switches": {switch.column: switch.values[0] for switch in figure.switches},
    }  # fmt: skip


def _plain(value: object) -> object:
    return legible(value) if isinstance(value, str) else value


def _packed(value: object) -> str:
    """JSON in ASCII, so that a lone surrogate has a form too; compressed, and as text that no parser of HTML takes for its own."""
    data = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    return b64encode(gzip.compress(data, compresslevel=9, mtime=0)).decode()


def _bundle() -> str:
    """Vega with all that it needs, without the addresses of its own web pages, which nothing here opens."""
    import vl_convert

    text: str = vl_convert.javascript_bundle()  # type: ignore[call-arg] # its stub lacks the default, which is bundled once and for all
    for address in ("https://vega.github.io/editor/", "https://github.com/vega/vega-lite/issues/2415"):
        text = text.replace(address, "")
    return text


def _part(name: str) -> str:
    """The text of a part of the page."""
    return resources.files("isocost.report").joinpath("page", name).read_text(encoding="utf-8")
