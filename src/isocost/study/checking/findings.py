"""The door: runs and results in, findings out; the most serious first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isocost.errors import UsageError
from isocost.records import Record
from isocost.store.run import Run
from isocost.study.answering.result import Result
from isocost.study.answering.runs_read import run_folders
from isocost.study.checking.facts import StudyFacts, facts_of
from isocost.study.checking.finding import Finding, Severity
from isocost.study.checking.registry import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

RESULT_NAME = "result.json"
"""Name of a result that is looked at where it lies in a folder."""


class Checked(Record, frozen=True):
    """All that a check came to."""

    runs: tuple[str, ...]
    """Folders of the runs that were looked at."""
    results: tuple[str, ...]
    """Results that were looked at."""
    checks: tuple[str, ...]
    """Names of the checks that were made."""
    serious: int
    """Findings that are serious."""
    warnings: int
    """Findings that are warnings."""
    notes: int
    """Findings that are notes."""
    findings: tuple[Finding, ...]
    """The findings, the most serious first."""


def findings(
    runs: Iterable[Run], *, results: Mapping[str, Result] | None = None, data_dir: Path | None = None
) -> tuple[Finding, ...]:
    """Look at runs, and at results of them by name, and say when not to believe them; the most serious first.

    Raises RunMismatchError for a broken line in a run.
    """
    facts = tuple(facts_of(run, data_dir=data_dir) for run in runs)
    return _findings(StudyFacts(runs=facts, results=dict(results or {}), unread={}))


def check_paths(paths: Sequence[Path], *, data_dir: Path | None = None) -> Checked:
    """Look at run folders, folders that hold some, and files of results; a `result.json` beside runs is looked at, too.

    Raises UsageError for a path that is none of these or a result that cannot be read, and what `findings` raises.
    """
    named = [path / RESULT_NAME if _only_result(path) else path for path in paths]
    folders = [path for path in named if not path.is_file()]
    named = [path for path in named if path.is_file()]
    results = {name: result for path in named for name, result in read_results(path)}
    unread = {}
    for path in (folder / RESULT_NAME for folder in folders):
        if path.is_file() and path not in named:
            try:
                results.update(read_results(path))
            except UsageError as error:
                unread[str(path)] = str(error)
    runs = tuple(facts_of(Run.read(folder), data_dir=data_dir) for folder in run_folders(folders))
    found = _findings(StudyFacts(runs=runs, results=results, unread=unread))
    count = {severity: sum(one.severity is severity for one in found) for severity in Severity}
    return Checked(
        runs=tuple(facts.folder for facts in runs),
        results=tuple(results),
        checks=tuple(check.name for check in CHECKS),
        serious=count[Severity.serious],
        warnings=count[Severity.warning],
        notes=count[Severity.note],
        findings=found,
    )


def _only_result(path: Path) -> bool:
    """Whether a folder holds a result and no run, as that of `isocost demo`."""
    return (path / RESULT_NAME).is_file() and not [*path.glob("manifest.json"), *path.glob("*/manifest.json")]


def read_results(path: Path) -> list[tuple[str, Result]]:
    """The result in a file, by the file's name; of `isocost demo` the result of each ladder.

    Raises UsageError for a file that is no result of this version.
    """
    try:
        text = path.read_bytes()
        document = msgspec.json.decode(text)
        if isinstance(document, dict) and "ladders" in document:
            ladders = msgspec.convert(document["ladders"], type=tuple[Result, ...])
            return [(f"{path} ({ladder.study})", ladder) for ladder in ladders]
        return [(str(path), msgspec.json.decode(text, type=Result))]
    except OSError as error:
        raise UsageError(f"cannot read {str(path)!r}: {error.strerror}; expected a file that you may read") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(
            f"{str(path)!r} is no result of this isocost: {reason}; make it with `isocost analyse`, or name run folders"
        ) from error


def _findings(study: StudyFacts) -> tuple[Finding, ...]:
    order = list(Severity)
    return tuple(sorted(_all(study), key=lambda one: order.index(one.severity)))


def _all(study: StudyFacts) -> Iterator[Finding]:
    for check in CHECKS:
        if check.of_run is not None:
            for facts in study.runs:
                yield from check.of_run(facts)
        if check.of_study is not None:
            yield from check.of_study(study)
