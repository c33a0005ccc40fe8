"""Analysing: from evidence to a result, and `result.json` on the disk, whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isocost import __version__
from isocost.store.disk import disk_error, replace_file
from isocost.study.answering.answer import answers
from isocost.study.answering.budget_conclusions import best_parts, cost_parts, crossing_parts, curve_parts, solved_parts
from isocost.study.answering.ratio_conclusions import budgeted_parts, per_parts, standing_parts
from isocost.study.answering.result import RESULT_SCHEMA, Result
from isocost.study.answering.run_evidence import evidence_of_runs
from isocost.study.answering.size_conclusions import fit_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.records import Record
    from isocost.study.answering.evidence import Evidence
    from isocost.study.answering.runs_read import AnalysisRequest


def analyse(request: AnalysisRequest) -> Result:
    """Analyse run folders. Raises what `evidence_of_runs` raises, and UsageError for a fit that cannot be made."""
    first, *others = evidence_of_runs(request)
    return conclude(first, others, fit=request.fit)


def conclude(evidence: Evidence, others: Sequence[Evidence] = (), *, fit: str | None = None) -> Result:
    """Draw every conclusion that the evidence carries; of `others`, the same in other units, those that hang on the unit."""
    best, crossings = tuple(best_parts(evidence)), tuple(crossing_parts(evidence))
    every = (evidence, *others)
    fits, changes = fit_parts(evidence, fit)
    reasons = dict.fromkeys(f"{part.family}: no fit over sizes, for {part.reason}" for part in fits if part.reason)
    return Result(
        schema_version=RESULT_SCHEMA,
        isocost_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        study=evidence.study,
        answer=answers(best, crossings, changes),
        caveats=(*evidence.caveats, *reasons),
        unit=evidence.unit,
        level=evidence.level,
        draws=evidence.draws,
        seed=evidence.seed,
        problems=evidence.problems,
        left_out=dict(evidence.left_out),
        models=evidence.models,
        solved=tuple(solved_parts(evidence)),
        costs=tuple(part for one in every for part in cost_parts(one)),
        curves=tuple(part for one in every for part in curve_parts(one)),
        best=(*best, *(part for one in others for part in best_parts(one))),
        crossings=(*crossings, *(part for one in others for part in crossing_parts(one))),
        per=(
            *per_parts(evidence),
            *(part for one in others for rung in one.rungs for part in budgeted_parts(one, rung)),
        ),
        standing=tuple(standing_parts(evidence)),
        outcomes=evidence.outcomes,
        fits=tuple(fits),
        changes=tuple(changes),
        drops=evidence.drops,
        comparisons=evidence.comparisons,
    )


def write_result(result: Record, path: Path) -> None:
    """Write a result as JSON, whole or not at all; a lone surrogate in somebody's name is written as U+FFFD.

    Raises UsageError or OwnFaultError where the disk says no.
    """
    text = msgspec.json.format(encoded(result), indent=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, [text])
    except OSError as error:
        raise disk_error(path, error) from error


def encoded(result: Record) -> bytes:
    """A result as JSON that every reader takes: UTF-8 cannot carry lone surrogates, which U+FFFD then stands for."""
    try:
        return msgspec.json.encode(result)
    except UnicodeEncodeError:
        plain = json.dumps(msgspec.to_builtins(result), ensure_ascii=False)
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
