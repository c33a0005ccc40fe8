"""One call from a request to filled run folders and what stands in them."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from isocost.errors import BackendError
from isocost.records import Estimate
from isocost.study.generating.asked import AskedRun, as_plain
from isocost.study.generating.generating import Generating
from isocost.study.generating.growing import Growing, Judge
from isocost.study.generating.planned import supposed
from isocost.study.generating.request import GenerateRequest
from isocost.study.generating.turn import Step


class GeneratedRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run folder."""

    run: str
    """The folder."""
    model: str
    """The model."""
    benchmark: str
    """The benchmark."""
    rung: int
    """Its rung."""
    template: str
    """The prompt template."""
    params: dict[str, object]
    """Sampling parameters; the seed is the run's."""
    problems: int
    """Problems asked."""
    wanted: int
    """Samples wanted, of all problems together."""
    samples: int
    """Samples of those that are there."""
    new: int
    """Samples that this command added."""
    prompt_tokens: int | None
    """Tokens of the prompts of these samples; None where one does not say them."""
    completion_tokens: int | None
    """Tokens of their completions; None where one does not say them."""
    unfinished: int
    """Those of them that ended because they had as many tokens as they may."""
    pass_at_1: Estimate | None = None
    """With a target width: what was reached."""


class Generated(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    out: str
    """Folder of the run folders."""
    runs: tuple[GeneratedRun, ...]
    """The runs."""
    stopped: str | None
    """Which cap ended it; None where none did."""
    failures: dict[str, str]
    """Models that no longer answered, with what they said last."""
    dollars: float | None
    """Dollars spent, where they are capped."""
    seconds: float
    """Wall-clock seconds, all included."""
    notes: tuple[str, ...]
    """Things a reader should know; one line each."""


def generate(
    request: GenerateRequest, progress: Callable[[Step], None] = lambda _: None, *, judge: Judge | None = None
) -> Generated:
    """Ask for what is wanted and not there yet.

    A target width needs a `judge`. Raises what `Generating` raises; models that fail later are in `failures`.
    """
    begun = time.monotonic()
    growing = None
    if request.target_width is not None:
        assert judge is not None  # noqa: S101 (the callers that grow have one)
        growing = Growing(request, judge)
        for step in growing.steps():
            progress(step)
        generating = growing.last
        assert generating is not None  # noqa: S101 (a request has at least one run)
    else:
        generating = Generating(request)
        with generating:
            for step in generating.steps():
                progress(step)
    return _generated(request, generating, growing, time.monotonic() - begun)


def _generated(request: GenerateRequest, last: Generating, growing: Growing | None, seconds: float) -> Generated:
    runs = growing.all_runs if growing is not None else last.runs
    widths = {} if growing is None else growing.widths
    told = tuple(
        _run(run, None if (reached := widths.get(run.planned.folder)) is None else reached.estimate) for run in runs
    )
    notes = [*supposed(request), *(line for run in runs for line in run.run.repaired)]
    if growing is not None:
        notes += growing.too_wide()
    return Generated(
        out=str(runs[0].planned.folder.parent),
        runs=told,
        stopped=last.stopped,
        failures={model: str(error) for model, error in last.failures.items()},
        dollars=last.spending.dollars if request.caps.dollars is not None else None,
        seconds=seconds,
        notes=tuple(notes),
    )


def _run(run: AskedRun, estimate: Estimate | None) -> GeneratedRun:
    generation = run.planned.manifest.generation
    assert generation is not None  # noqa: S101 (every planned run has one)
    wanted = run.wanted_ids()
    usages = [(sample.usage, sample.finish_reason) for sample in run.run.samples.read() if sample.id in wanted]
    prompt = [None if usage is None else usage.prompt_tokens for usage, _ in usages]
    completion = [None if usage is None else usage.completion_tokens for usage, _ in usages]
    return GeneratedRun(
        run=str(run.planned.folder),
        model=run.planned.manifest.model,
        benchmark=run.planned.benchmark,
        rung=run.planned.manifest.benchmark.rung,
        template=generation.template,
        params=as_plain(generation.params),
        problems=len(run.planned.prompts),
        wanted=run.total,
        samples=run.done,
        new=run.new,
        prompt_tokens=_sum(prompt),
        completion_tokens=_sum(completion),
        unfinished=sum(reason == "length" for _, reason in usages),
        pass_at_1=estimate,
    )


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def raise_failures(generated: Generated) -> None:
    """Tell in one line that models no longer answered. Raises BackendError; the same command goes on with them."""
    if generated.failures:
        model, why = next(iter(generated.failures.items()))
        more = f" (and {len(generated.failures) - 1} more models)" if len(generated.failures) > 1 else ""
        raise BackendError(f"{model}: {why}{more}; what came is kept, and the same command goes on")
