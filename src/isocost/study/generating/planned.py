"""From a request to the runs that it means: for each model and benchmark a folder, a manifest and the prompts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from isocost import __version__
from isocost.backends.address import ModelAddress, served_as
from isocost.benchmarks import Benchmark, load
from isocost.cost.architectures import model as known_model
from isocost.cost.architectures import neutral
from isocost.errors import UsageError
from isocost.prompts.rendering import Rendered, render
from isocost.prompts.template import FOR_KIND, Template, load_template
from isocost.records import Generation, Manifest, ModelSpec, SamplingParams
from isocost.store import host
from isocost.store.hashing import content_id
from isocost.store.manifest_file import SCHEMA_VERSION
from isocost.study.generating.request import MAX_TOKENS, SAMPLED_TOP_P, GenerateRequest, require_sense
from isocost.study.model_specs import kind_of, spec_of

COMPUTE_NOTHING = frozenset({"replay", "scripted"})
"""Backends behind which there is no model: no kind, nothing to start, nothing to measure."""


class PlannedRun(msgspec.Struct, frozen=True, kw_only=True):
    """One model on one benchmark."""

    address: ModelAddress
    """The model."""
    asked_for: str
    """What was typed for the benchmark: its name, or the path of its file."""
    benchmark: str
    """The benchmark's name."""
    folder: Path
    """Where the run is to be."""
    manifest: Manifest
    """What it is."""
    prompts: Mapping[str, Rendered]
    """Prompts by problem id, in the benchmark's order."""


def plan_runs(request: GenerateRequest) -> tuple[PlannedRun, ...]:
    """Make the runs of a request, model by model; nothing is written and no model is started.

    Raises InputError for what cannot be used.
    """
    require_sense(request)
    benchmarks = {name: load(name, data_dir=request.data_dir) for name in request.benchmarks}
    templates = {address.name: load_template(template_of(address, request)) for address in request.models}
    specs = {address.name: _spec(address, request) for address in request.models}
    out = request.out or _default_folder(request, benchmarks, templates)
    planned: list[PlannedRun] = []
    for address in request.models:
        template = templates[address.name]
        for name, benchmark in benchmarks.items():
            ids = list(benchmark.problems)[: request.limit]
            folder = out / _words(f"{benchmark.info.name} {address.name}")
            planned.append(
                PlannedRun(
                    address=address, asked_for=name, benchmark=benchmark.info.name, folder=folder,
                    manifest=_manifest(address, specs[address.name], benchmark, template, request),
                    prompts={problem: render(template, benchmark.problems[problem]) for problem in ids},
                )
            )  # fmt: skip
    _require_folders(planned)
    return tuple(planned)


def template_of(address: ModelAddress, request: GenerateRequest) -> str:
    """Name or file of the template that a model is asked with: what is said, else the one of its kind."""
    said = request.prompts.get(address.name) or request.prompts.get("")
    return said or FOR_KIND[_kind(address, request)]


def supposed(request: GenerateRequest) -> tuple[str, ...]:
    """A line for each model whose kind nothing tells: it is then taken for a base model."""
    return tuple(
        f"nothing says whether {address.name} follows instructions; it is asked as a base model, which goes on with a text: "
        "--kind instruct asks it in a conversation"
        for address in request.models
        if not {"", address.name} & (request.prompts.keys() | request.kinds.keys())
        and address.backend not in COMPUTE_NOTHING
        and not any(_tells(name) for name in (address.target, address.name))
    )


def _tells(name: str) -> bool:
    """Whether a name says a model's kind, or is that of a known model."""
    if neutral(name)[1]:
        return True
    try:
        known_model(name)
    except UsageError:
        return False
    return True


def _spec(address: ModelAddress, request: GenerateRequest) -> ModelSpec | None:
    spec = spec_of(address, request.specs.get(address.name))
    if spec is None or address.backend in COMPUTE_NOTHING:
        return spec
    return msgspec.structs.replace(spec, kind=_kind(address, request))


def _kind(address: ModelAddress, request: GenerateRequest) -> str:
    said = request.kinds.get(address.name) or request.kinds.get("")
    if said:
        return said
    return "instruct" if address.backend in COMPUTE_NOTHING else kind_of(address)


def _manifest(
    address: ModelAddress, spec: ModelSpec | None, benchmark: Benchmark, template: Template, request: GenerateRequest
) -> Manifest:
    return Manifest(
        schema_version=SCHEMA_VERSION,
        isocost_version=__version__,
        git_commit=host.git_commit(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        host=host.describe(),
        model=address.name,
        benchmark=benchmark.info,
        samples_sha256=None,
        spec=spec,
        generation=_generation(address, template, request),
    )


def _generation(address: ModelAddress, template: Template, request: GenerateRequest) -> Generation:
    top_p = request.top_p
    if top_p is None and not request.greedy:
        top_p = SAMPLED_TOP_P
    params = SamplingParams(
        temperature=request.settled_temperature,
        top_p=top_p,
        max_tokens=request.max_tokens or template.max_tokens or MAX_TOKENS,
        seed=None if request.greedy else request.seed,
    )
    return Generation(
        served=served_as(address), template=template.name, template_sha256=template.sha256, form=template.form, params=params,
    )  # fmt: skip


def _default_folder(
    request: GenerateRequest, benchmarks: Mapping[str, Benchmark], templates: Mapping[str, Template]
) -> Path:
    """A name that is the same for the same request, however many samples and problems of it are wanted."""
    identity = [
        [[address.name, _generation(address, templates[address.name], request)] for address in request.models],
        [benchmark.info.sha256 for benchmark in benchmarks.values()],
    ]
    return Path("runs") / f"generated-{content_id(identity)[:8]}"


def _words(text: str) -> str:
    """The letters and figures of any script, as the name of a folder; never empty, which would be the study's own.

    >>> _words("steps Qwen2.5_Coder 7B"), _words("题 模型"), _words("../:")
    ('steps-qwen2.5-coder-7b', '题-模型', 'run')
    """
    words = re.sub(r"(?:[^\w.]|_)+", "-", text.lower()).strip("-.")
    return words.encode()[:120].decode(errors="ignore") or "run"


def _require_folders(planned: list[PlannedRun]) -> None:
    """Two models whose names differ by signs alone would share a folder. Raises UsageError."""
    seen: dict[Path, PlannedRun] = {}
    for run in planned:
        other = seen.setdefault(run.folder, run)
        if other is not run:
            raise UsageError(
                f"{other.address.name[:60]!r} on {other.benchmark} and {run.address.name[:60]!r} on {run.benchmark} would share "
                f"the folder {run.folder.name!r}; type another NAME= before the address of one of them"
            )
