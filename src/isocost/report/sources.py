"""Where a report's content comes from: a result on the disk, and the run folders beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from isocost.errors import InputError, UsageError
from isocost.store.run import Run
from isocost.study.answering.result import RESULT_SCHEMA, Result
from isocost.study.answering.runs_read import run_folders
from isocost.study.checking.finding import Finding
from isocost.study.checking.findings import findings
from isocost.study.published.study import STUDY_SCHEMA, PublishedStudy

RESULT_NAME = "result.json"


class _Head(msgspec.Struct):
    """What tells one kind of result from the other, and whether this code is new enough."""

    schema_version: int
    ladders: msgspec.Raw = msgspec.Raw()


def read_result(path: Path) -> tuple[Result | PublishedStudy, Path]:
    """Read a result, or the published study, from a file or from the folder that holds it; and say where it was.

    Raises UsageError where there is none, InputError for a file that is no result or newer than this code.
    """
    place = path / RESULT_NAME if path.is_dir() else path
    try:
        content = place.read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read {str(place)!r}: {error.strerror}; expected the {RESULT_NAME} that isocost analyse or demo wrote"
        ) from error
    try:
        head = msgspec.json.decode(content, type=_Head)
        published = bytes(head.ladders) != b""
        known = STUDY_SCHEMA if published else RESULT_SCHEMA
        if head.schema_version > known:
            raise InputError(
                f"{str(place)!r} has schema version {head.schema_version}, this isocost reads up to {known}: "
                "install the isocost that wrote it, or a newer one"
            )
        study: Result | PublishedStudy = (
            msgspec.json.decode(content, type=PublishedStudy)
            if published
            else msgspec.json.decode(content, type=Result)
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{str(place)!r} is not a result: {error}; expected the {RESULT_NAME} that isocost analyse or demo wrote"
        ) from error
    _require_models((*study.ladders, study.recorded) if isinstance(study, PublishedStudy) else (study,), place)
    return study, place


def _require_models(results: Sequence[Result], place: Path) -> None:
    """Refuse a result that speaks of a model which it does not list, as one does that was changed by hand."""
    for result in results:
        listed = {model.name for model in result.models}
        for field in result.__struct_fields__:
            parts = getattr(result, field)
            for number, part in enumerate(parts if isinstance(parts, tuple) else ()):
                for role in ("model", "runner_up", "other"):
                    name = getattr(part, role, None)
                    if name is not None and name not in listed:
                        raise InputError(
                            f"{str(place)!r} is not a result: {field}[{number}].{role} is {name[:60]!r}, expected one of its "
                            f"models {', '.join(sorted(listed))[:200]}; type isocost analyse to make it anew"
                        )


def findings_of(
    study: Result | PublishedStudy, place: Path, runs: Sequence[Run], *, data_dir: Path | None = None
) -> tuple[Finding, ...]:
    """When not to believe a result: what `isocost check` finds in it and in its runs.

    Raises RunMismatchError for a broken line in a run.
    """
    if isinstance(study, PublishedStudy):
        results = {f"{place} ({ladder.study})": ladder for ladder in study.ladders}
    else:
        results = {str(place): study}
    return findings(runs, results=results, data_dir=data_dir)


def runs_of(paths: Sequence[Path] | None, beside: Path) -> list[Run]:
    """Open the named runs to look; without a name, those in the folder of the result, if any.

    Raises UsageError for a named path that is no run and holds none, RunMismatchError for a broken manifest.
    """
    if paths:
        return [Run.read(folder) for folder in run_folders(paths)]
    inside = (beside / "manifest.json").exists() or any(beside.glob("*/manifest.json"))
    return [Run.read(folder) for folder in run_folders([beside])] if inside else []
