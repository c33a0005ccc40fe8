"""Parts of the tests of running studies: a study of two made-up models on isocost's own ladder, and what it came to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from isocost.backends.options import BackendOptions
from isocost.study.running.asking import Place
from isocost.study.running.study_file import AnalysisWanted, JudgingWanted, Study, StudyModel
from isocost.study.running.study_run import StudyRan, run_study

MODELS = ("Qwen2.5-Coder-0.5B=scripted:steps?right=0.3", "Qwen2.5-Coder-7B=scripted:steps?right=0.8")
MOMENT = ("created", "isocost_version")
COUNTED = ("flops", "tokens")
"""Units that no clock and no counter tells."""


def small_study(*models: str | StudyModel, **changes: Any) -> Study:  # noqa: ANN401 (fields of a study)
    """Two made-up models on the two lowest rungs of `steps`, three samples each."""
    fields: dict[str, Any] = {
        "name": "small",
        "benchmarks": ("steps", "steps-pro"),
        "samples": 3,
        "limit": 8,
        "judging": JudgingWanted(cpu_seconds=1.0, workers=2),
        "analysis": AnalysisWanted(draws=200),
    }
    return Study(models=models or MODELS, **(fields | changes))


def run_small(study: Study, folder: Path, *names: str) -> StudyRan:
    """Run a study into a folder."""
    return run_study(study, Place(folder=folder), BackendOptions(), names=names)


def result_of(folder: Path) -> dict[str, Any]:
    """What analysis made of a study, without what says when it was made, and without what a clock or a counter said.

    The same answers cost the same tokens and FLOPs whenever they are asked for. They do not take the same seconds: who is
    in flight beside whom differs from one execution to the next, and with it every share of a window.
    """
    document = json.loads((folder / "result.json").read_bytes())
    kept = {name: value for name, value in document.items() if name not in MOMENT}
    for name in ("costs", "curves", "best", "crossings"):
        kept[name] = [part for part in kept[name] if part["unit"] in COUNTED]
    kept["per"] = [part for part in kept["per"] if part["unit"] in COUNTED]
    kept["caveats"] = [text for text in kept["caveats"] if "seconds" not in text and "joules" not in text]
    return kept


def texts_of(folder: Path) -> dict[str, str]:
    """Completions of all runs of a study by sample id; a sample that stands twice fails."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*/samples.jsonl")):
        for line in path.read_bytes().splitlines():
            sample = json.loads(line)
            assert sample["id"] not in found
            found[sample["id"]] = sample["completion"]
    return found
