"""What is to be generated, and what of it makes no sense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import msgspec

from isocost.backends.address import ModelAddress
from isocost.backends.options import BackendOptions
from isocost.cost.prices import PriceTable
from isocost.errors import UsageError

KINDS = ("base", "instruct")

SAMPLED_TEMPERATURE = 0.8
"""Temperature where several samples are asked for and none is given."""
SAMPLED_TOP_P = 0.95
"""Nucleus mass where samples are drawn and none is given."""
MAX_TOKENS = 1024
"""Longest answer where neither the command nor the template says it."""
_MOST_SAMPLES = 100_000


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """Where asking stops, whatever is still wanted; the same command goes on with higher ones."""

    tokens: int | None = None
    """Tokens of prompts and completions together, of all samples in the run folders."""
    dollars: float | None = None
    """Dollars of all samples in the run folders, by `prices`."""
    prices: PriceTable | None = None
    """What tokens, or an hour of a device, cost."""
    hours: float | None = None
    """Hours of this command alone."""


class GenerateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be generated."""

    models: tuple[ModelAddress, ...]
    """Models; all of them are asked the same."""
    benchmarks: tuple[str, ...]
    """Names of benchmarks, or files in the shape of one."""
    out: Path | None = None
    """Folder of the run folders; None makes a name in `runs/`, so that the same request finds it again."""
    prompts: Mapping[str, str] = {}
    """Prompt templates, names or files, by a model's name; under the empty name, of all others. Else by the kind."""
    specs: Mapping[str, Path] = {}
    """Files that have a model's shape (a config.json or a GGUF), by its name; for costs."""
    kinds: Mapping[str, str] = {}
    """`base` or `instruct` by a model's name; under the empty name, of all others."""
    samples: int = 1
    """Samples for each problem; with a target width, how many more in each batch."""
    target_width: float | None = None
    """Widest interval of pass@1 that is wanted; None leaves it at `samples`."""
    most_samples: int = 128
    """With a target width: most samples for each problem."""
    temperature: float | None = None
    """Softmax temperature; None is 0 for one sample, else `SAMPLED_TEMPERATURE`."""
    top_p: float | None = None
    """Nucleus mass; None is `SAMPLED_TOP_P` unless the answer is greedy."""
    max_tokens: int | None = None
    """Longest answer; None takes the template's."""
    seed: int = 0
    """From which each draw has its own."""
    logprobs: bool = False
    """Whether the mean log-probability of each completion is wanted."""
    limit: int | None = None
    """The first so many problems of each benchmark only."""
    caps: Caps = Caps()
    """Where asking stops."""
    options: BackendOptions = BackendOptions()
    """How backends are run."""
    data_dir: Path | None = None
    """Where benchmark files are looked for first."""

    @property
    def settled_temperature(self) -> float:
        """The temperature that is asked for."""
        if self.temperature is not None:
            return self.temperature
        return 0.0 if self.samples == 1 and self.target_width is None else SAMPLED_TEMPERATURE

    @property
    def greedy(self) -> bool:
        """Whether each answer is the one the model thinks likeliest, so that there is only one."""
        return self.settled_temperature == 0.0


def require_sense(request: GenerateRequest) -> None:
    """Refuse what means nothing. Raises UsageError."""
    if not request.models:
        raise UsageError("no model; type --model ADDRESS, as --model http://127.0.0.1:8080/v1#NAME")
    if not request.benchmarks:
        raise UsageError("no benchmark; type --benchmark NAME (`isocost benchmarks` lists them)")
    for name, what in (
        ("samples", "samples"),
        ("most_samples", "max-samples"),
        ("limit", "limit"),
        ("max_tokens", "max-tokens"),
    ):
        value = getattr(request, name)
        if value is not None and not 1 <= value <= _MOST_SAMPLES * 10:
            raise UsageError(f"--{what} {value} makes no sense; type a number from 1 on")
    temperature = request.settled_temperature
    if not 0.0 <= temperature <= 5.0:
        raise UsageError(f"--temperature {temperature:g} is none; type a number from 0 (greedy) to 5")
    if request.greedy and (request.samples > 1 or request.target_width is not None):
        raise UsageError(
            f"--temperature 0 gives one answer to each problem, and {_how_many(request)} asks for more; "
            "type --samples 1, or a --temperature above 0: greedy and sampled answers do not stand in one run"
        )
    if request.top_p is not None and not 0.0 < request.top_p <= 1.0:
        raise UsageError(f"--top-p {request.top_p:g} is no share of probability; type a number above 0, and 1 at most")
    if not 0 <= request.seed < 1 << 63:
        raise UsageError(f"--seed {request.seed} is no seed; type a whole number from 0 to {(1 << 63) - 1}")
    if request.target_width is not None and not 0.0 < request.target_width < 1.0:
        raise UsageError(f"--target-width {request.target_width:g} is none; type a share such as 0.1, for ten points")
    if request.options.concurrency is not None and request.options.concurrency < 1:
        raise UsageError(f"--concurrency {request.options.concurrency} asks for nothing; type a number from 1 on")
    for flag, number in (("threads", request.options.threads), ("context-tokens", request.options.context_tokens)):
        if number is not None and number < 1:
            raise UsageError(f"--{flag} {number} computes nothing; type a number from 1 on")
    for flag, seconds in (("deadline", request.options.deadline_seconds), ("stall", request.options.stall_seconds)):
        if not 0.0 < seconds < math.inf:
            raise UsageError(f"--{flag} {seconds:g} leaves no time for an answer; type a number of seconds above 0")
    _require_names(request)
    _require_caps(request.caps)


def _how_many(request: GenerateRequest) -> str:
    return (
        f"--samples {request.samples}" if request.target_width is None else f"--target-width {request.target_width:g}"
    )


def _require_names(request: GenerateRequest) -> None:
    names = [address.name for address in request.models]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"two models are called {name[:60]!r}; type NAME= before the address of one of them")
    for benchmark in request.benchmarks:
        if request.benchmarks.count(benchmark) > 1:
            raise UsageError(f"--benchmark {benchmark[:60]} stands twice; leave one out")
    for kind in request.kinds.values():
        if kind not in KINDS:
            raise UsageError(f"--kind {kind[:40]!r} is none; type base or instruct, or NAME=base for one model")
    for flag, given in (("kind", request.kinds), ("prompt", request.prompts), ("spec", request.specs)):
        for name in given:
            if name and name not in names:
                known = ", ".join(names)
                raise UsageError(f"--{flag} names {name[:60]!r}, which is no model here; expected one of {known}")


def _require_caps(caps: Caps) -> None:
    for value, flag in ((caps.tokens, "max-tokens-total"), (caps.dollars, "max-dollars"), (caps.hours, "max-hours")):
        if value is not None and not 0 < value < math.inf:
            raise UsageError(f"--{flag} {value:g} leaves nothing to do; type a number above 0")
    if caps.dollars is not None and caps.prices is None:
        raise UsageError(
            "--max-dollars needs prices; type --prices FILE, a TOML table of them (docs/analysis.md shows one)"
        )
