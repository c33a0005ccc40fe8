"""What the page says of runs: a table of their manifests, and each as it stands in its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from isocost.report.tables import Table, count, words

if TYPE_CHECKING:
    from isocost.records import Manifest
    from isocost.store.run import Run


def run_table(runs: Sequence[Run]) -> Table:
    """One row for each run."""
    rows = []
    for run in runs:
        manifest = run.manifest
        limits, host = manifest.limits, manifest.host
        rows.append((
            words(manifest.model), words(manifest.benchmark.name), count(manifest.benchmark.rung),
            words(manifest.benchmark.version), words(f"{manifest.benchmark.sha256[:12]}…"), count(len(run.samples)),
            words(manifest.extraction), words(manifest.judge), words(manifest.isolation.value),
            words(f"{limits.cpu_seconds:g} s or {limits.cpu_factor:g} × reference, {limits.memory_bytes >> 20} MiB"),
            words(", ".join(str(value) for value in host.values())), words(manifest.created),
        ))  # fmt: skip
    header = (
        "model", "benchmark", "rung", "version", "SHA-256", "samples", "extraction", "judge", "isolation", "limits",
        "host", "made",
    )  # fmt: skip
    return Table("runs", "The runs, by their manifests", header, tuple(rows), left=(0, 1, 3, 4, 6, 7, 8, 9, 10, 11))


def manifest_texts(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Name and manifest of each run, as text."""
    return [(f"{run.manifest.model} on {run.manifest.benchmark.name}", _text(run.manifest)) for run in runs]


def _text(manifest: Manifest) -> str:
    return json.dumps(msgspec.to_builtins(manifest), ensure_ascii=False, indent=2)
