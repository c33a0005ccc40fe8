"""Writes `docs/recorded-scores.md` from what `recorded_scores.toml` expects, which every run of the bench checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bench.recorded_expected import Expected, File, Many, References

_HEAD = """\
# Recorded scores, reproduced

Others judged these samples before us. Here every number that they recorded stands beside ours, and every answer on
which we differ has its reason. All of it is judged again, and this page is compared with it, by

    python -m bench.recorded_scores

which ends with exit status 1 when a figure or a single verdict is not what stands here. Benchmarks are read from
`ISOCOST_DATA`, samples from `ISOCOST_SAMPLES`; `--only NAME` runs a part.

Conditions: CPython 3.11 on Linux, channel `separate` unless said otherwise, default limits (4 s of CPU or ten times
the reference's own, three times that by the clock, 1 GiB), `PYTHONHASHSEED` fixed. `raw` scores prompt + completion
untouched, as most recorded scores were made; `auto` is isocost's own reading of an answer and the default.
"""


def render(expected: Expected) -> str:
    """Give the whole page."""
    parts = [
        _HEAD,
        *_references(expected.references),
        *_files(expected.files),
        *_many(expected.many),
        "## What it costs\n",
        f"{expected.cost.measured.strip()}\n",
        (
            f"Wanted: our own processes under {expected.cost.peak_mb} MB, and the same command again at least "
            f"{expected.cost.again} times faster.\n"
        ),
    ]
    return "\n".join(parts)


def _references(items: Sequence[References]) -> Iterator[str]:
    yield "## Reference solutions\n"
    rows = [
        [
            item.benchmark,
            str(item.problems),
            "see below" if item.needs_modules else _counts(item.passed),
            "depends on modules" if item.needs_modules else _counts(item.channels),
        ]
        for item in items
    ]
    yield _table(["benchmark", "problems", "passed", "channel"], rows)
    for item in items:
        if item.needs_modules:
            yield (
                f"`{item.benchmark}` needs third-party modules. A problem whose module this machine lacks is found before "
                "judging and is `sandbox_error` with the module's name; it is never a failed model. The others pass, but:\n"
            )
    failures = [failure for item in items for failure in item.failed]
    if failures:
        rows = [[failure.id, failure.tests, failure.outcome, failure.reason] for failure in failures]
        yield _table(["reference", "tests", "outcome", "why"], rows)
    else:
        yield "No reference fails.\n"


def _files(files: Sequence[File]) -> Iterator[str]:
    yield "## Samples passed\n"
    rows = [
        [
            item.model,
            item.benchmark,
            tests if len(item.recorded) > 1 else "",
            str(item.samples),
            str(item.recorded[tests]),
            str(item.raw[tests]),
            str(item.auto[tests]),
        ]
        for item in files
        for tests in item.recorded
    ]
    yield _table(["model", "benchmark", "tests", "samples", "recorded", "`raw`", "`auto`"], rows)
    for item in files:
        if item.outcomes:
            yield f"{item.model}, `raw`: {_counts(item.outcomes)}.\n"
    yield "`all` counts an answer that passes both `base` and `plus`.\n"
    yield "### Where `auto` and `raw` differ\n"
    rows = [
        [item.model, ", ".join(change.ids), change.tests, change.raw, change.auto, ", ".join(change.rules)]
        for item in files
        for change in item.changed
    ]
    yield _table(["model", "problem", "tests", "`raw`", "`auto`", "by the rule"], rows)
    yield "### Where we and a recorded verdict differ\n"
    yield (
        "Every answer of the files that carry verdicts was compared: "
        f"{sum(item.samples * len(item.verdicts) for item in files)} verdicts, each judged both ways.\n"
    )
    rows = [
        [item.model, ", ".join(one.ids), one.tests, " ".join(one.extraction), one.recorded, one.ours, one.reason]
        for item in files
        for one in item.differs
    ]
    yield _table(["model", "problem", "tests", "when", "recorded", "ours", "why"], rows)
    rows = [[item.model, one.id, one.tests, one.outcome, one.reason] for item in files for one in item.unsteady]
    if rows:
        yield "These depend on how fast the machine is; on another one they may be a `time_limit`, or no longer one:\n"
        yield _table(["model", "problem", "tests", "here", "why"], rows)


def _many(many: Many) -> Iterator[str]:
    yield f"## {many.model}: {many.samples:,} samples\n"
    percent = [f"pass@{k}" for k in many.recorded]
    rows = [["recorded", "", *(f"{value:.2f}" for value in many.recorded.values()), ""]]
    rows += [
        [f"`{item.name}`", f"{item.passed:,}", *(f"{item.pass_at[k]:.2f}" for k in many.recorded), item.note]
        for item in many.readings
    ]
    yield _table(["read as", "passed", *percent, ""], rows)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
