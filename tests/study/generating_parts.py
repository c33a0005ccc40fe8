"""Parts of the tests of generating: requests to scripted models on isocost's own ladder, and what run folders hold."""

from __future__ import annotations

from pathlib import Path

import msgspec

from isocost.backends.address import parse_address
from isocost.records import Sample, Window
from isocost.store.run import Run
from isocost.study.generating.generating import Generating
from isocost.study.generating.request import GenerateRequest
from isocost.study.generating.turn import Step


def asked(out: Path, *models: str, **changes: object) -> GenerateRequest:
    """A request of four samples on `steps` and `steps-pro`."""
    request = GenerateRequest(
        models=tuple(parse_address(text) for text in models or ("tiny=scripted:steps?right=0.5",)),
        benchmarks=("steps", "steps-pro"),
        out=out,
        samples=4,
    )
    return msgspec.structs.replace(request, **changes)


def fill(request: GenerateRequest) -> tuple[Generating, list[Step]]:
    """Generate all of it."""
    with Generating(request) as generating:
        steps = list(generating.steps())
    return generating, steps


def samples(folder: Path) -> dict[str, Sample]:
    """A run's samples by id; reading raises for an id that stands twice."""
    return {sample.id: sample for sample in Run.read(folder).samples.read()}


def windows(folder: Path) -> dict[str, Window]:
    """A run's windows by id."""
    return {window.id: window for window in Run.read(folder).windows.read()}


def texts(folder: Path) -> dict[str, str]:
    """Completions by sample id: what has to be the same however often the command was stopped."""
    return {sample.id: sample.completion for sample in samples(folder).values()}
