"""Holds what judging found against what `recorded_scores.toml` expects; each check tells what it found, and its faults."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bench.recorded_expected import File, Many, Reading, References
from bench.recorded_judging import Answer, Desk, Judged, write_rows

from isocost.benchmarks import load
from isocost.records import Outcome
from isocost.study.programs import ExtractionPolicy

POLICIES: tuple[ExtractionPolicy, ...] = ("raw", "auto")


class Checked(NamedTuple):
    """What a check found."""

    lines: list[str]
    """What was found, for people."""
    faults: list[str]
    """What is not as expected; empty is good."""


def check_references(desk: Desk, expected: References) -> Checked:
    """Judge a benchmark's references."""
    judged = desk.judge_references(expected.benchmark)
    lines, faults = [], []
    failed = {
        (problem, tests): outcome.value
        for tests, outcomes in judged.outcomes.items()
        for (problem, _draw), outcome in outcomes.items()
        if outcome is not Outcome.passed and problem not in judged.modules_missing
    }
    listed = {(item.id, item.tests): item for item in expected.failed}
    for tests in expected.passed:
        found = len(judged.passed(tests))
        lines.append(f"{expected.benchmark} {tests}: {found} of {expected.problems}, {judged.seconds:.1f} s")
        wanted = expected.passed[tests]
        if found != wanted and not expected.needs_modules:
            faults.append(f"{expected.benchmark} {tests}: {found} references pass, expected {wanted}")
    for place, outcome in sorted(failed.items()):
        item = listed.get(place)
        why = item.reason if item else judged.details[place[1]][place[0], 0]
        lines.append(f"  {place[0]} {place[1]}: {outcome}; {why}")
        if item is None or item.outcome != outcome:
            wanted_outcome = item.outcome if item else "passed"
            faults.append(f"{place[0]} {place[1]}: {outcome}, expected {wanted_outcome}; {why}")
    if judged.modules_missing:
        lines += _missing_modules(judged, expected.problems)
    elif listed.keys() - failed.keys():
        faults += [f"{problem} {tests}: passes, expected a failure" for problem, tests in listed.keys() - failed.keys()]
    if not expected.needs_modules and judged.channels != expected.channels:
        faults.append(f"{expected.benchmark}: channels {judged.channels}, expected {expected.channels}")
    return Checked(lines, faults)


def _missing_modules(judged: Judged, problems: int) -> Iterator[str]:
    reasons: dict[str, int] = {}
    for details in judged.details.values():
        for (problem, _draw), why in details.items():
            if problem in judged.modules_missing:
                reasons[why] = reasons.get(why, 0) + 1
    yield f"  not scored, for want of a module: {len(judged.modules_missing)} of {problems}"
    yield from (f"    {count} × {why}" for why, count in sorted(reasons.items(), key=lambda item: -item[1]))


def check_file(desk: Desk, samples: Path, expected: File) -> Checked:
    """Judge a file both ways, and compare with the recorded numbers and verdicts."""
    path = samples / expected.file
    lines, faults, found = [], [], {}
    for policy in POLICIES:
        judged = desk.judge(path, expected.benchmark, policy, partial=expected.partial)
        for item in expected.unsteady:
            now = judged.outcomes[item.tests][item.id, 0]
            if now.value != item.outcome:
                lines.append(f"  {item.id} {item.tests} {policy}: {now} today, usually {item.outcome}; {item.reason}")
                judged = judged.settled(item.tests, item.id, Outcome(item.outcome))
        found[policy] = judged
        wanted = expected.raw if policy == "raw" else expected.auto
        counts = {tests: len(judged.passed(tests)) for tests in wanted}
        lines.append(f"{expected.file} {policy}: {counts}, recorded {expected.recorded}")
        if counts != wanted:
            faults.append(f"{expected.file} {policy}: {counts} pass, expected {wanted}")
    outcomes = {name: found["raw"].by_outcome("base").get(name, 0) for name in expected.outcomes}
    if outcomes != expected.outcomes:
        faults.append(f"{expected.file} raw: {outcomes}, expected {expected.outcomes}")
    changed = set(_changed(found["raw"], found["auto"]))
    listed = {(item.tests, id_, tuple(item.rules)) for item in expected.changed for id_ in item.ids}
    lines += [f"  extraction: {', '.join(rules)} changes {id_} {tests}" for tests, id_, rules in sorted(changed)]
    faults += _either(expected.file, "changed by extraction", changed, listed)
    differs = set(_differs(path, expected, found))
    known = {
        (policy, item.tests, id_, item.recorded, item.ours)
        for item in expected.differs
        for policy in item.extraction
        for id_ in item.ids
    }
    lines += [f"  {place}" for place in sorted(differs)]
    faults += _either(expected.file, "differs from what is recorded", differs, known)
    return Checked(lines, faults)


def _changed(raw: Judged, auto: Judged) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Answers that pass under one policy alone, with the rules that did it."""
    for tests in raw.outcomes:
        for answer in raw.passed(tests) ^ auto.passed(tests):
            yield tests, answer[0], auto.rules[answer]


def _differs(
    path: Path, expected: File, found: Mapping[ExtractionPolicy, Judged]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Answers whose recorded verdict is another one than ours."""
    if not expected.verdicts:
        return
    benchmark = load(expected.benchmark)
    for row in rows_of(path):
        problem = benchmark.resolve(str(row["task_id"]))
        for tests, key in expected.verdicts.items():
            recorded = row[key] in (True, "pass")
            for policy, judged in found.items():
                ours = judged.outcomes[tests][problem, 0]
                if recorded != (ours is Outcome.passed):
                    yield policy, tests, problem, "pass" if recorded else "fail", ours.value


def _either(
    name: str, what: str, found: Iterable[tuple[object, ...]], listed: Iterable[tuple[object, ...]]
) -> list[str]:
    new, gone = set(found) - set(listed), set(listed) - set(found)
    return [f"{name}: {item} {what}, which is not listed" for item in sorted(new, key=str)] + [
        f"{name}: {item} is listed, and it is not so that it {what}" for item in sorted(gone, key=str)
    ]


# --- many samples ----------------------------------------------------------------------------------------------------


def check_many(desk: Desk, samples: Path, expected: Many) -> Checked:
    """Judge the file with many samples in each way of reading them."""
    lines, faults, found = [], [], {}
    for reading in expected.readings:
        judged = found[reading.name] = _read(desk, samples / expected.file, expected.benchmark, reading)
        passed = len(judged.passed("base"))
        points = {k: round(100 * judged.pass_at[k].value, 2) for k in expected.recorded}
        lines.append(f"{reading.name}: {passed} of {expected.samples} pass, pass@k {points}, {judged.seconds:.1f} s")
        if abs(passed - reading.passed) > expected.passed_within:
            faults.append(f"{expected.file} {reading.name}: {passed} pass, expected {reading.passed}")
        wanted = expected.recorded if reading.scored_so else reading.pass_at
        faults += [
            f"{expected.file} {reading.name}: pass@{k} {points[k]}, expected {value}"
            for k, value in wanted.items()
            if abs(points[k] - value) > expected.within
        ]
    lines += (
        f"  auto and not raw, or the other way: {line}" for line in summary_of_changes(found["raw"], found["auto"])
    )
    return Checked(lines, faults)


def summary_of_changes(raw: Judged, auto: Judged) -> list[str]:
    """How many verdicts each set of rules changed, and where."""
    places: dict[tuple[str, ...], list[Answer]] = {}
    for answer in raw.passed("base") ^ auto.passed("base"):
        sign = "saved" if answer in auto.passed("base") else "broken"
        places.setdefault((sign, *auto.rules[answer]), []).append(answer)
    return [
        f"{len(answers)} × {key[0]} by {', '.join(key[1:]) or 'chance of a time limit'} "
        f"({len({problem for problem, _ in answers})} problems)"
        for key, answers in sorted(places.items(), key=lambda item: -len(item[1]))
    ]


def _read(desk: Desk, path: Path, benchmark: str, reading: Reading) -> Judged:
    if reading.name != "cut":
        return desk.judge(path, benchmark, reading.name)
    cut = desk.folder / f"cut-{path.name.removesuffix('.gz')}"
    write_rows(cut, ({**row, "samples": [cut_sample(text) for text in row["samples"]]} for row in rows_of(path)))
    return desk.judge(cut, benchmark, "raw")


def cut_sample(text: str) -> str:
    """The part before the first line that begins at the left margin: the body of the prompt's function, and no more."""
    kept: list[str] = []
    for line in text.splitlines(keepends=True):
        if kept and line[0] not in " \t\r\n":
            break
        kept.append(line)
    return "".join(kept)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a JSONL file, plain or .gz."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
