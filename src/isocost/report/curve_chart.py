"""Isocost curves as a chart: share solved against budget, one line a model, a panel for each rung and regime.

The one file that imports a plotting library.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from isocost.errors import UsageError
from isocost.store.disk import disk_error, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isocost.study.answering.result import CurvePart, Result

FORMATS = ("svg", "png", "html")
"""Formats by the ending of the file's name."""
# Colour-blind safe, in the order of rising size (Okabe and Ito 2008).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", "#000000")


def write_chart(result: Result, path: Path) -> None:
    """Draw every curve of a result into a file, its format by the ending; whole or not at all.

    Raises UsageError for another ending or a result without curves, and what the disk says.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise UsageError(f"cannot draw {str(path)!r}: expected a name that ends with one of {', '.join(FORMATS)}")
    if not result.curves:
        raise UsageError("this result has no curves, since no unit of cost is known for every model")
    content = _drawn(_chart(result), ending)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, [content])
    except OSError as error:
        raise disk_error(path, error) from error


def _drawn(chart: Any, ending: str) -> bytes:  # noqa: ANN401 (the library's chart classes have no common type)
    import vl_convert

    specification = chart.to_json()
    if ending == "svg":
        return str(vl_convert.vegalite_to_svg(specification)).encode()
    if ending == "png":
        return bytes(vl_convert.vegalite_to_png(specification, scale=2))
    return str(vl_convert.vegalite_to_html(specification, bundle=True)).encode()


def _chart(result: Result) -> Any:  # noqa: ANN401 (as above)
    import altair as alt

    models = [model.name for model in result.models]
    unit = result.curves[0].unit
    data = alt.InlineData(values=list(_points(curve for curve in result.curves if curve.unit is unit)))
    base = alt.Chart(data).encode(
        x=alt.X(
            "budget:Q",
            scale=alt.Scale(type="log", nice=False),
            title=f"budget for each problem, {unit.value}",
            axis=alt.Axis(format="~s", tickCount=6),
        ),
        color=alt.Color(
            "model:N",
            scale=alt.Scale(domain=models, range=list(_COLOURS)),
            sort=models,
            title=None,
            legend=alt.Legend(symbolOpacity=1.0),
        ),
    )
    band = base.mark_area(opacity=0.15).encode(y=alt.Y("low:Q"), y2="high:Q")
    line = base.mark_line(strokeWidth=2).encode(
        y=alt.Y(
            "solved:Q", title="share of problems solved", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
        ),
        strokeDash=alt.StrokeDash(
            "by:N", title=None, scale=alt.Scale(domain=["samples", "law"], range=[[1, 0], [4, 3]])
        ),
        tooltip=[
            "model:N",
            "budget:Q",
            alt.Tooltip("solved:Q", format=".1%"),
            alt.Tooltip("low:Q", format=".1%"),
            alt.Tooltip("high:Q", format=".1%"),
        ],
    )
    return (
        (band + line)
        .properties(width=340, height=260)
        .facet(column=alt.Column("panel:N", title=None))
        .properties(title=result.study)
        .configure_legend(orient="bottom", columns=3, labelLimit=260)
    )


def _points(curves: Iterable[CurvePart]) -> Iterator[dict[str, object]]:
    """One row for each known point; the seam between samples and law belongs to both, so that a line has no gap."""
    for curve in curves:
        rows = zip(curve.budgets, curve.solved, curve.low, curve.high, curve.within, strict=True)
        before: dict[str, object] | None = None
        for budget, solved, low, high, within in rows:
            if solved is None:
                continue
            row: dict[str, object] = {
                "model": curve.model, "panel": f"rung {curve.rung}, {curve.regime.value}", "budget": budget,
                "solved": solved, "low": low, "high": high, "by": "samples" if within == 1.0 else "law",
            }  # fmt: skip
            if before is not None and before["by"] != row["by"]:
                yield {**before, "by": row["by"]}
            yield row
            before = row
