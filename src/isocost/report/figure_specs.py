"""Charts of the page, drawn by Altair: each takes its rows by name, and is as wide as its place on the page.

Together with `curve_chart` the only file that imports a plotting library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from isocost.records import Outcome
from isocost.report.size_colours import size_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

ACCENT = ("#0b6e8a", "#5fc4dd")
"""The page's one accent colour, on light and on dark paper."""
NEUTRAL = ("#6b7280", "#9aa3af")
"""What is neither a model nor an outcome."""
# Passed and failed apart in lightness, kinds of failure in hue (after Okabe and Ito 2008), each on light and dark paper.
OUTCOME_COLOURS = (
    ("#00664f", "#2fbf9b"), ("#e69f00", "#e6a81e"), ("#cc6677", "#d98695"), ("#56a5d8", "#6db7e6"), ("#88449b", "#b98ac7"),
    ("#7f7f4c", "#b5b577"), ("#d55e00", "#ea7d2e"), ("#a0a6ad", "#767d85"), ("#222222", "#eeeeee"),
)  # fmt: skip
PART_COLOURS = (("#00664f", "#2fbf9b"), ("#e69f00", "#e6a81e"), ("#56a5d8", "#6db7e6"), ("#b9bec4", "#5d646c"))
"""Solved on both rungs, on one, on the other, on neither."""

SURENESS = {"at least 95%": 0.95, "50 to 95%": 0.5, "less than 50%": 0.0}
"""How sure the best model is: the words of a stripe, each from which share of draws on."""

_HEIGHT = 300
_SHAPES = ["circle", "triangle-up", "square", "diamond", "cross", "triangle-down"]


def colour_pairs(models: int) -> dict[str, str]:
    """Every colour that a chart draws in, with its like on dark paper."""
    pairs = (
        ACCENT,
        NEUTRAL,
        *OUTCOME_COLOURS,
        *PART_COLOURS,
        *(pair for n in range(1, models + 1) for pair in size_colours(n)),
    )
    return dict(pairs)


def curves(models: Sequence[str]) -> dict[str, Any]:
    """Isocost curves with bands and overtaking points."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(x=_budget("budget"), color=_by_size(models))
    band = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), detail=alt.Detail("by:N"))
    line = base.mark_line(strokeWidth=2.25).encode(
        y=_share("solved"),
        strokeDash=alt.StrokeDash(
            "by:N", legend=None, scale=alt.Scale(domain=["samples", "law"], range=[[1, 0], [5, 4]])
        ),
    )
    points = base.mark_point(size=60, opacity=0).encode(
        y=alt.Y("solved:Q"),
        tooltip=[
            alt.Tooltip("model:N"),
            _tip("budget", ".4~s"),
            _tip("solved", ".1%"),
            _tip("low", ".1%"),
            _tip("high", ".1%"),
            alt.Tooltip("by:N"),
        ],
    )
    over = alt.Chart(alt.NamedData("overtaking")).encode(x=alt.X("budget:Q"))
    span = over.mark_rule(strokeWidth=1.5, color=NEUTRAL[0]).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=alt.Y("share:Q")
    )
    mark = over.mark_point(
        shape="diamond", size=130, filled=True, color=NEUTRAL[0], stroke="white", strokeWidth=1
    ).encode(
        y=alt.Y("share:Q"),
        tooltip=[
            alt.Tooltip("larger:N", title="overtakes: larger"), alt.Tooltip("smaller:N"), _tip("budget", ".4~s"), _tip("low", ".4~s"),
            _tip("high", ".4~s"), alt.Tooltip("existence:Q", format=".0%", title="in draws"),
        ],
    )  # fmt: skip
    return _whole(alt.layer(band, line, points, span, mark), 360)


def best(models: Sequence[str], rungs: int) -> dict[str, Any]:
    """Stripes of the best model over budgets."""
    import altair as alt

    chart = alt.Chart(alt.NamedData("rows")).mark_bar(height={"band": 0.8}).encode(
        x=_budget("from"), x2=alt.X2("to:Q"), y=alt.Y("rung:N", title=None), color=_by_size(models),
        opacity=alt.Opacity("sure:O", sort=[*SURENESS], legend=None, scale=alt.Scale(domain=[*SURENESS], range=[1.0, 0.7, 0.4])),
        tooltip=[alt.Tooltip("model:N"), alt.Tooltip("sure:N", title="the best in draws"), _tip("from", ".4~s"), _tip("to", ".4~s")],
    )  # fmt: skip
    return _whole(chart, 42 * rungs)


def solved(models: Sequence[str], rungs: int) -> dict[str, Any]:
    """Points with intervals, a mark for each rung."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("model:N", sort=list(models), title=None), yOffset=alt.YOffset("rung:N"),
        color=alt.Color("model:N", sort=list(models), legend=None, scale=_sizes(models)),
    )  # fmt: skip
    return _with_ends(
        base,
        _share("solved", axis="x"),
        [alt.Tooltip("model:N"), alt.Tooltip("rung:N")],
        ".1%",
        60 + 18 * rungs * len(models),
    )


def costs(models: Sequence[str], bases: Sequence[str]) -> dict[str, Any]:
    """Share solved against what a sample costs."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        x=_budget("cost", "cost of one sample, {unit}", padding=24), color=_by_size(models)
    )
    ends = base.mark_rule(strokeWidth=2).encode(y=_share("low"), y2=alt.Y2("high:Q"))
    mark = base.mark_point(filled=True, size=110, opacity=1).encode(
        y=_share("solved"), shape=alt.Shape("basis:N", title=None, scale=alt.Scale(domain=list(bases)), legend=alt.Undefined if len(bases) > 1 else None),
        tooltip=[alt.Tooltip("model:N"), _tip("cost", ".4~s"), _tip("per solved", ".4~s"), _tip("solved", ".1%"), _tip("low", ".1%"),
                 _tip("high", ".1%"), alt.Tooltip("basis:N")],
    )  # fmt: skip
    return _whole(ends + mark, _HEIGHT)


def elasticity(points: int) -> dict[str, Any]:
    """γ of each family and rung."""
    import altair as alt

    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y("family:N", title=None), yOffset=alt.YOffset("rung:N"), color=alt.value(ACCENT[0])
    )
    axis = alt.X(
        "gamma:Q", title="γ: cost of a solved problem ~ N^γ", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=6)
    )
    return _with_ends(base, axis, [alt.Tooltip("family:N"), alt.Tooltip("rung:N")], ".3f", 60 + 24 * points)


def outcomes(models: Sequence[str], seen: Sequence[Outcome]) -> dict[str, Any]:
    """Stacked shares of outcomes, each always in its own colour."""
    colour = dict(zip(Outcome, OUTCOME_COLOURS, strict=True))
    names = [outcome.value.replace("_", " ") for outcome in seen]
    return _stacked(models, "outcome", names, [colour[outcome][0] for outcome in seen])


def drops(models: Sequence[str]) -> dict[str, Any]:
    """Stacked shares of problems solved on both rungs, on one, on none."""
    parts = ("both", "only base", "only harder", "neither")
    return _stacked(models, "part", parts, [light for light, _ in PART_COLOURS])


def coverage(models: Sequence[str]) -> dict[str, Any]:
    """Lines of coverage, without bands: the source gives none."""
    import altair as alt

    line = alt.Chart(alt.NamedData("rows")).mark_line(strokeWidth=2.25).encode(
        x=_budget("budget"), y=_share("solved"), color=_by_size(models, symbolType="stroke", symbolStrokeWidth=3),
        tooltip=[alt.Tooltip("model:N"), _tip("budget", ".4~s"), _tip("solved", ".1%")],
    )  # fmt: skip
    return _whole(line, 360)


def _with_ends(base: Any, axis: Any, named: list[Any], form: str, height: int) -> dict[str, Any]:  # noqa: ANN401 (the library's types)
    import altair as alt

    field = axis["shorthand"].partition(":")[0]
    ends = base.mark_rule(strokeWidth=2, opacity=0.55).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    mark = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=axis, shape=alt.Shape("rung:N", title=None, scale=alt.Scale(range=_SHAPES)),
        tooltip=[*named, _tip(field, form), _tip("low", form), _tip("high", form)],
    )  # fmt: skip
    return _whole(ends + mark, height)


def _stacked(models: Sequence[str], column: str, names: Sequence[str], colours: list[str]) -> dict[str, Any]:
    import altair as alt

    chart = alt.Chart(alt.NamedData("rows")).mark_bar(height={"band": 0.75}).encode(
        x=alt.X("share:Q", title="share of samples" if column == "outcome" else "share of base problems",
                axis=alt.Axis(format="%", tickCount=6), scale=alt.Scale(domain=[0, 1])),
        y=alt.Y("model:N", sort=list(models), title=None),
        color=alt.Color(f"{column}:N", title=None, sort=list(names), scale=alt.Scale(domain=list(names), range=colours)),
        order=alt.Order("order:Q"), tooltip=[alt.Tooltip("model:N"), alt.Tooltip(f"{column}:N"), _tip("share", ".1%")],
    )  # fmt: skip
    return _whole(chart, 34 * len(models))


def _budget(field: str, title: str = "budget for each problem, {unit}", *, padding: int = 0) -> Any:  # noqa: ANN401
    import altair as alt

    return alt.X(
        f"{field}:Q",
        title=title,
        scale=alt.Scale(type="log", nice=False, padding=padding),
        axis=alt.Axis(format="~s", tickCount=6, grid=False),
    )


def _share(field: str, *, axis: str = "y") -> Any:  # noqa: ANN401
    import altair as alt

    kind = alt.Y if axis == "y" else alt.X
    return kind(
        f"{field}:Q",
        title="share of problems solved",
        axis=alt.Axis(format="%", tickCount=6),
        scale=alt.Scale(domain=[0, 1]),
    )


def _sizes(models: Sequence[str]) -> Any:  # noqa: ANN401
    import altair as alt

    return alt.Scale(domain=list(models), range=[light for light, _ in size_colours(len(models))])


def _by_size(models: Sequence[str], **legend: Any) -> Any:  # noqa: ANN401
    import altair as alt

    return alt.Color(
        "model:N", sort=list(models), title=None, scale=_sizes(models), legend=alt.Legend(symbolOpacity=1.0, **legend)
    )


def _tip(field: str, form: str) -> Any:  # noqa: ANN401
    import altair as alt

    return alt.Tooltip(f"{field}:Q", format=form)


def _whole(chart: Any, height: int) -> dict[str, Any]:  # noqa: ANN401
    made: dict[str, Any] = chart.properties(width="container", height=height).to_dict(validate=False)
    made["autosize"] = {"type": "fit-x", "contains": "padding"}
    made.pop("config", None)
    made.pop("$schema", None)
    return made
