"""What the page says of runs: a table of their manifests, and each as it stands in its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from isocost.report.tables import Cell, Table, count, words

if TYPE_CHECKING:
    from isocost.records import JudgePolicy, Manifest
    from isocost.store.run import Run


def run_table(runs: Sequence[Run]) -> Table:
    """One row for each run."""
    rows = []
    for run in runs:
        manifest = run.manifest
        rows.append((
            words(manifest.model), words(manifest.benchmark.name), count(manifest.benchmark.rung),
            words(manifest.benchmark.version), words(f"{manifest.benchmark.sha256[:12]}…"), count(len(run.samples)),
            *_judging(manifest.judging), words(", ".join(str(value) for value in manifest.host.values())),
            words(manifest.created),
        ))  # fmt: skip
    header = (
        "model", "benchmark", "rung", "version", "SHA-256", "samples", "extraction", "judge", "isolation", "limits",
        "host", "made",
    )  # fmt: skip
    return Table("runs", "The runs, by their manifests", header, tuple(rows), left=(0, 1, 3, 4, 6, 7, 8, 9, 10, 11))


def _judging(policy: JudgePolicy | None) -> tuple[Cell, ...]:
    """Extraction, judge, isolation and limits; empty where a run was not judged yet."""
    if policy is None:
        return (), (), (), ()
    limits = policy.limits
    told = f"{limits.cpu_seconds:g} s or {limits.cpu_factor:g} × reference, {limits.memory_bytes >> 20} MiB"
    return words(policy.extraction), words(policy.judge), words(policy.isolation.value), words(told)


def manifest_texts(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Name and manifest of each run, as text."""
    return [(f"{run.manifest.model} on {run.manifest.benchmark.name}", _text(run.manifest)) for run in runs]


def _text(manifest: Manifest) -> str:
    return json.dumps(msgspec.to_builtins(manifest), ensure_ascii=False, indent=2)
