"""From a study to what is asked: a request to generate, and what a forecast needs to know of it."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isocost.backends.options import BackendOptions
from isocost.benchmarks import names
from isocost.cost.prices import read_prices
from isocost.errors import UsageError
from isocost.study.generating.request import Caps, GenerateRequest
from isocost.study.running.forecast import Asked
from isocost.study.running.study_file import beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.study.generating.planned import PlannedRun
    from isocost.study.running.study_file import Study


OF_FILES = frozenset({"transformers", "vllm", "llamacpp", "replay"})
"""Backends whose models may be files or folders."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a study runs."""

    folder: Path
    """Folder of its run folders, its result and its report."""
    base: Path = Path()
    """Folder from which paths in the study are meant."""
    data_dir: Path | None = None
    """Where benchmark files are looked for first."""


def generate_request(study: Study, place: Place, options: BackendOptions) -> GenerateRequest:
    """Ask of every model what the study says.

    Raises UsageError for a ladder that is none, InputError for a price table that cannot be read.
    """
    prices = None if study.analysis.prices is None else read_prices(place.base / study.analysis.prices)
    prompts = {one.parsed.name: beside(place.base, one.prompt) for one in study.listed if one.prompt is not None}
    if study.prompt is not None:
        prompts[""] = beside(place.base, study.prompt)
    files = {one.parsed.name: place.base / one.spec for one in study.listed if one.spec is not None}
    kinds = {one.parsed.name: one.kind for one in study.listed if one.kind is not None}
    return GenerateRequest(
        models=tuple(
            msgspec.structs.replace(one.parsed, target=beside(place.base, one.parsed.target))
            if one.parsed.backend in OF_FILES
            else one.parsed
            for one in study.listed
        ),
        benchmarks=tuple(
            name if name in names() else beside(place.base, name) for name in study.benchmarks_at_hand(place.data_dir)
        ),
        out=place.folder,
        prompts=prompts,
        specs=files,
        kinds=kinds,
        samples=study.samples,
        target_width=study.target_width,
        temperature=study.drawn_at,
        top_p=study.top_p,
        max_tokens=study.max_tokens,
        seed=study.seed,
        logprobs=study.logprobs,
        limit=study.limit,
        caps=Caps(tokens=study.caps.tokens, dollars=study.caps.dollars, hours=study.caps.hours, prices=prices),
        options=msgspec.structs.replace(options, concurrency=study.concurrency or options.concurrency, seed=study.seed),
        data_dir=place.data_dir,
    )


def only(planned: Sequence[PlannedRun], wanted: Sequence[str]) -> tuple[PlannedRun, ...]:
    """Keep the runs of these models and benchmarks: of a model's name all benchmarks, of a benchmark's all models.

    Raises UsageError for a name that is neither, with the nearest one.
    """
    models = {run.manifest.model for run in planned}
    benchmarks = {run.benchmark for run in planned}
    for name in wanted:
        if name not in models | benchmarks:
            known = sorted(models | benchmarks)
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {near[0]!r}? Expected" if near else "; expected"
            raise UsageError(f"--only {name[:60]!r} is no model and no benchmark here{meant} one of {', '.join(known)}")
    wanted_models, wanted_benchmarks = models.intersection(wanted), benchmarks.intersection(wanted)
    return tuple(
        run
        for run in planned
        if (not wanted_models or run.manifest.model in wanted_models)
        and (not wanted_benchmarks or run.benchmark in wanted_benchmarks)
    )


def asked_of(planned: Sequence[PlannedRun]) -> tuple[Asked, ...]:
    """What a forecast needs: each run's model with its shape, and how long its prompts are."""
    return tuple(
        Asked(
            model=run.manifest.model,
            spec=run.manifest.spec,
            benchmark=run.benchmark,
            prompt_chars=tuple(len(one.prompt.text) + len(one.prompt.system) for one in run.prompts.values()),
            max_tokens=_most_tokens(run),
        )
        for run in planned
    )


def _most_tokens(run: PlannedRun) -> int:
    generation = run.manifest.generation
    assert generation is not None and generation.params.max_tokens is not None  # noqa: S101, PT018 (planned runs have both)
    return generation.params.max_tokens
