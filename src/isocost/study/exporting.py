"""Exports a run for other tools: a table of its samples (CSV, Parquet, JSONL), EvalPlus's `eval_results.json`, or an
entry of `.eval_results` for the Hugging Face Hub.

A file appears under its name only when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from isocost.errors import OwnFaultError, UsageError
from isocost.store.disk import disk_error, place_of, sync_folder
from isocost.store.run import Run
from isocost.study.benchmark_of_run import benchmark_of
from isocost.study.eval_results import write_eval_results
from isocost.study.hub_results import HubEntry, write_hub_results
from isocost.study.sample_table import write_table


class Format(StrEnum):
    """What can be written."""

    csv = "csv"
    parquet = "parquet"
    jsonl = "jsonl"
    eval_results = "eval-results"
    """EvalPlus's `eval_results.json`."""
    hub_results = "hub-results"
    """The Hugging Face Hub's `.eval_results/NAME.yaml`."""


ENDINGS = {
    ".csv": Format.csv, ".parquet": Format.parquet, ".jsonl": Format.jsonl, ".json": Format.eval_results,
    ".yaml": Format.hub_results, ".yml": Format.hub_results,
}  # fmt: skip
"""Formats by the ending of a file's name."""


class Exported(NamedTuple):
    """What was written."""

    path: Path
    """The file."""
    format: Format
    """Its format."""
    rows: int
    """Rows of a table (one for each sample and test set); samples of EvalPlus's results, or behind the Hub's value."""
    left_out: int
    """Samples that the format has no place for: those that could not be judged by a fault of ours, or not yet."""


def export(
    run: Run,
    path: Path,
    *,
    format_: Format | None = None,
    force: bool = False,
    benchmark: str | None = None,
    hub: HubEntry | None = None,
    data_dir: Path | None = None,
) -> Exported:
    """Write a run to `path`, in the format that its ending says, or the one given.

    Raises UsageError for an ending that says nothing, a file that is there (without `force`) or cannot be written;
    for EvalPlus's format also what `benchmark_of` raises, for programs are read with the benchmark's help; for the Hub's
    what `write_hub_results` raises. `hub` is what the Hub is told beside the figures.
    """
    chosen = format_ if format_ is not None else ENDINGS.get(path.suffix.lower())
    if chosen is None:
        raise UsageError(
            f"--to {str(path)!r}: the ending {path.suffix!r} names no format; expected one of {', '.join(ENDINGS)}, "
            f"or --format {'|'.join(Format)}"
        )
    if hub is not None and hub != HubEntry() and chosen is not Format.hub_results:
        raise UsageError(f"a data set, task or source is for {Format.hub_results}, not for {chosen}; leave it out")
    if path.is_dir():
        raise UsageError(f"--to {str(path)!r} is a folder; expected the name of a file, as {str(path / 'run.csv')!r}")
    if path.exists() and not force:
        raise UsageError(f"--to {str(path)!r} is there already; type --force to write over it, or another name")
    with _whole_or_not_at_all(path) as beside:
        if chosen is Format.eval_results:
            rows, left_out = write_eval_results(run, benchmark_of(run, benchmark, data_dir=data_dir), beside)
        elif chosen is Format.hub_results:
            rows, left_out = write_hub_results(run, beside, hub or HubEntry())
        else:
            rows, left_out = write_table(run, beside, chosen.value), 0
    return Exported(path, chosen, rows, left_out)


@contextmanager
def _whole_or_not_at_all(path: Path) -> Iterator[Path]:
    """Give a name to write to; it takes the place of `path` when all went well, and is gone otherwise."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        place = place_of(path)
        beside = place.with_name(f".{place.name}.{os.getpid()}.part")
        if not path.parent.is_dir():
            raise UsageError(f"--to {str(path)!r}: there is no folder {str(path.parent)!r}; make it, or name another")
        beside.touch()
        yield beside
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(place)
        sync_folder(place.parent)
    except OSError as error:
        told = disk_error(path, error)
        if isinstance(told, OwnFaultError):
            raise told from error
        reason = error.strerror or " ".join(str(error).split())
        raise UsageError(f"cannot write {str(path)!r}: {reason}; name another file with --to") from error
    finally:
        beside.unlink(missing_ok=True)
