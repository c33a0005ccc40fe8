"""A run being filled: which of its samples are still wanted, and what came written down as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from isocost.backends.backend import Reply, Request
from isocost.errors import BackendError
from isocost.records import Prompt, Sample, SamplingParams, Timing, Usage
from isocost.store.hashing import sample_id
from isocost.store.run import Run
from isocost.study.generating.draws import params_of_draw
from isocost.study.generating.planned import PlannedRun

NOT_TOLD = "the backend does not say"
"""Reason for a field that a backend left out without one."""


class Asked(NamedTuple):
    """One sample that is wanted."""

    place: float
    """Draw, and how far down its benchmark the problem stands: the order in which models are asked."""
    run: AskedRun
    """Where it belongs."""
    prompt: Prompt
    """What is asked."""
    draw: int
    """Which of the samples for this prompt."""
    request: Request
    """What the backend gets."""


class AskedRun:
    """One run folder, open for writing, with the samples that it is to hold: draws 0 to `wanted` − 1 of each problem."""

    def __init__(self, planned: PlannedRun, wanted: int, *, logprobs: bool) -> None:
        """Open or resume the folder. Raises what `Run.open` raises."""
        assert planned.manifest.generation is not None  # noqa: S101 (every planned run has one)
        self.planned = planned
        self.wanted = wanted
        self._logprobs = logprobs
        self._params: SamplingParams = planned.manifest.generation.params
        self.run = Run.open(planned.folder, planned.manifest)
        self.new = 0
        """Samples that this command added."""
        self.done = self._there() if len(self.run.samples) else 0
        """Samples of those wanted that are there."""

    def _there(self) -> int:
        return sum(identity in self.run.samples for identity in self.wanted_ids())

    @property
    def total(self) -> int:
        """Samples wanted."""
        return self.wanted * len(self.planned.prompts)

    def wanted_ids(self) -> frozenset[str]:
        """Ids of the samples wanted; the folder may hold others, of more problems or draws than this command asks for."""
        return frozenset(self._id(problem, draw) for problem in self.planned.prompts for draw in range(self.wanted))

    def todo(self) -> Iterator[Asked]:
        """Samples that are wanted and not there, draw by draw, each draw in the benchmark's order."""
        size = len(self.planned.prompts)
        for draw in range(self.wanted):
            for number, (problem, rendered) in enumerate(self.planned.prompts.items()):
                identity = self._id(problem, draw)
                if identity not in self.run.samples:
                    request = Request(
                        id=identity, prompt=rendered.prompt, params=self._of_draw(problem, draw),
                        logprobs=self._logprobs, draw=draw,
                    )  # fmt: skip
                    yield Asked(draw + (number + 0.5) / size, self, rendered.prompt, draw, request)

    def take(self, asked: Asked, reply: Reply, window: str) -> Sample:
        """Write down what came, its prompt before it; `Run.commit` puts it on the disk."""
        if asked.prompt.id not in self.run.prompts:
            self.run.prompts.append(asked.prompt)
        sample = Sample(
            id=reply.id,
            problem_id=asked.prompt.problem_id,
            prompt_id=asked.prompt.id,
            model=self.planned.manifest.model,
            params=asked.request.params,
            draw=asked.draw,
            completion=reply.completion,
            finish_reason=reply.finish_reason,
            usage=reply.usage,
            timing=reply.timing,
            logprob=reply.logprob,
            window=window,
            absent=_reasons(asked.request, reply),
        )
        self.run.samples.append(sample)
        self.new += 1
        self.done += 1
        return sample

    def _of_draw(self, problem: str, draw: int) -> SamplingParams:
        return params_of_draw(self._params, problem, draw, self.planned.prompts[problem].stop)

    def _id(self, problem: str, draw: int) -> str:
        prompt = self.planned.prompts[problem].prompt
        return sample_id(problem, prompt.id, self.planned.manifest.model, self._of_draw(problem, draw), draw)


def _reasons(request: Request, reply: Reply) -> dict[str, str]:
    """Why each field that is None is so; a reason for a field that is there is left out."""
    none = [name for name in ("finish_reason", "logprob") if getattr(reply, name) is None]
    parts: dict[str, Usage | Timing | SamplingParams] = {
        "usage": reply.usage, "timing": reply.timing, "params": request.params,
    }  # fmt: skip
    for part, record in parts.items():
        none += [f"{part}.{name}" for name in record.__struct_fields__ if getattr(record, name) is None]
    known = {"params.top_p": "left to the engine", "params.seed": "greedy: nothing is drawn"}
    if not request.logprobs:
        known["logprob"] = "not asked for; type --logprobs"
    for name in ("timing.clock", "timing.started"):
        known[name] = reply.absent.get(name) or reply.absent.get("timing.total_seconds", NOT_TOLD)
    return {name: known.get(name) or reply.absent.get(name, NOT_TOLD) for name in none}


def require_all(left: dict[str, Asked], model: str) -> None:
    """Check that nothing that was asked for is still owed. Raises BackendError."""
    if left:
        first = next(iter(left.values()))
        raise BackendError(
            f"{model}: no reply to {len(left)} requests, the first for {first.prompt.problem_id}; type the same command "
            "again: it asks for these once more"
        )


def as_plain(params: SamplingParams) -> dict[str, object]:
    """Parameters as people and JSON read them, without those that are None."""
    return {name: value for name, value in msgspec.structs.asdict(params).items() if value is not None and value != ()}
