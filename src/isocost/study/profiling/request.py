"""What a user asks of a profile, made into models, an engine and a plan."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable

import msgspec

from isocost.backends.address import ModelAddress, parse_address
from isocost.backends.hub import hub_model
from isocost.backends.llamacpp.weights import find_weights
from isocost.backends.options import BackendOptions
from isocost.backends.random_gguf import TYPES
from isocost.errors import UsageError
from isocost.measure.calibration import DeviceRates, numpy_rates, torch_rates
from isocost.records import ModelSpec, Record
from isocost.study.model_specs import spec_of
from isocost.study.profiling.backend_engine import BackendEngine
from isocost.study.profiling.engine import Engine, Subject, Work
from isocost.study.profiling.llama_engine import LlamaEngine
from isocost.study.profiling.profile_record import Profile
from isocost.study.profiling.profiling import Plan, profile_models
from isocost.study.profiling.shapes import SMALL, shape_model, sweep_models
from isocost.study.profiling.torch_engine import DTYPES, TorchEngine

ENGINES = ("llamacpp", "transformers")
"""Engines that compute random weights."""


class ProfileRequest(Record, frozen=True):
    """What is asked of a profile."""

    models: tuple[str, ...] = ()
    """Addresses; names of shapes where weights are random."""
    shapes: tuple[str, ...] = ()
    """Names or files of shapes: of random models, or of the one model at an address that does not tell its own."""
    random_weights: bool = False
    """Whether weights are made up."""
    sweep: str | None = None
    """A family, all of whose sizes are measured with random weights; "" is the ladder for a CPU."""
    engine: str | None = None
    """`llamacpp` or `transformers`, for random weights; an address names its own."""
    prompt_tokens: int = 128
    """Tokens of a prompt."""
    new_tokens: int = 24
    """Tokens of a completion."""
    batches: tuple[int, ...] = (1,)
    """Requests in flight."""
    rounds: int = 12
    """Rounds."""
    seconds: float = 180.0
    """Seconds after which no round begins."""
    warmups: int = 2
    """Trials that do not count."""
    threads: int | None = None
    """Threads on a CPU; None is one fewer than the cores, and at least one."""
    dtype: str | None = None
    """Type that random weights are stored in; None is f16 for llama.cpp, bf16 on a GPU, fp32 on a CPU."""
    device: str | None = None
    """`cpu` or `cuda`, for transformers; None takes a GPU if there is one."""
    seed: int = 0
    """Seed of the interval's draws."""


def profile(request: ProfileRequest, told: Callable[[str], None] = lambda _: None) -> Profile:
    """Measure what was asked for.

    Raises:
        UsageError: names that are not known, numbers out of range, choices that exclude each other.
        BackendError: a model cannot be opened, or gave up.
        InputError: a file that cannot be read; nothing fits into memory.
    """
    plan = _plan(request)
    if request.sweep is None and not request.random_weights:
        subjects, engine, device, gpus = _at_addresses(request)
    else:
        subjects = [Subject(name=spec.name, spec=spec) for spec in _random_specs(request)]
        engine, device, gpus = _of_random(request, request.engine or "llamacpp")
    if len({subject.name for subject in subjects}) < len(subjects):
        raise UsageError("two models have one name, expected a name for each: give NAME=… before an address")
    return profile_models(subjects, engine, plan, device=device, gpus=gpus, told=told)


def _plan(request: ProfileRequest) -> Plan:
    for name, value, least in (
        ("--prompt-tokens", request.prompt_tokens, 1), ("--new-tokens", request.new_tokens, 2),
        ("--rounds", request.rounds, 1), ("--warmups", request.warmups, 0), ("--batch", min(request.batches), 1),
        ("--threads", request.threads or 1, 1),
    ):  # fmt: skip
        if value < least:
            raise UsageError(f"{name} is {value}, expected a whole number of at least {least}")
    if not 0.0 < request.seconds < float("inf"):
        raise UsageError(f"--seconds is {request.seconds:g}, expected a number above 0")
    work = Work(
        prompt_tokens=request.prompt_tokens, new_tokens=request.new_tokens, batches=tuple(sorted(set(request.batches)))
    )
    return Plan(work=work, rounds=request.rounds, seconds=request.seconds, warmups=request.warmups, seed=request.seed)


def _random_specs(request: ProfileRequest) -> tuple[ModelSpec, ...]:
    names = (*request.models, *request.shapes)
    if request.sweep is not None:
        if names:
            raise UsageError(
                "both a sweep and models are given, expected one of them: leave out --sweep, or the models"
            )
        return sweep_models(request.sweep or SMALL)
    if not names:
        raise UsageError("random weights of no shape; type --shape and a name, as `isocost models` lists them")
    return tuple(shape_model(name) for name in names)


def _of_random(request: ProfileRequest, engine: str) -> tuple[Engine, DeviceRates, tuple[int, ...]]:
    threads = request.threads or max(1, len(os.sched_getaffinity(0)) - 1)
    if engine == "llamacpp":
        dtype = request.dtype or "f16"
        if dtype not in TYPES:
            raise UsageError(f"--dtype is {dtype[:40]!r}, expected one of {', '.join(TYPES)} for llama.cpp")
        if request.device not in {None, "cpu"}:
            raise UsageError(f"--device is {request.device!r}, expected cpu: llama.cpp is profiled on the CPU")
        return LlamaEngine(threads=threads, dtype=dtype), numpy_rates(threads), ()
    if engine != "transformers":
        raise UsageError(f"--engine is {engine[:40]!r}, expected one of {', '.join(ENGINES)}")
    device = request.device or _best_device()
    if device not in {"cpu", "cuda"}:
        raise UsageError(f"--device is {device[:40]!r}, expected cpu or cuda")
    dtype = request.dtype or ("bf16" if device == "cuda" else "fp32")
    if dtype not in DTYPES:
        raise UsageError(f"--dtype is {dtype[:40]!r}, expected one of {', '.join(DTYPES)} for transformers")
    gpus = (0,) if device == "cuda" else ()
    return TorchEngine(threads=threads, dtype=dtype, device=device), torch_rates(device, dtype, threads), gpus


def _at_addresses(request: ProfileRequest) -> tuple[list[Subject], Engine, DeviceRates | None, tuple[int, ...]]:
    if not request.models:
        raise UsageError("no model; type its address, or --sweep, or --shape with a name and --random-weights")
    addresses = [parse_address(text) for text in request.models]
    kinds = sorted({address.backend for address in addresses})
    if len(kinds) > 1:
        raise UsageError(
            f"models of {' and '.join(kinds)}, expected those of one engine: profile them one after another"
        )
    if request.engine not in {None, kinds[0]}:
        raise UsageError(f"--engine is {request.engine!r}, but the address is of {kinds[0]}; leave --engine out")
    if request.shapes and len(addresses) > 1:
        raise UsageError("one --shape for several models, expected one model; profile them one after another")
    shape = shape_model(request.shapes[0]) if request.shapes else None
    subjects = [_subject(address, text, shape) for address, text in zip(addresses, request.models, strict=True)]
    if kinds[0] in ENGINES:
        return subjects, *_of_random(request, kinds[0])
    options = BackendOptions(device=request.device, dtype=request.dtype, threads=request.threads)
    return subjects, BackendEngine(options), None, ()


def _subject(address: ModelAddress, text: str, shape: ModelSpec | None) -> Subject:
    if address.backend == "llamacpp":
        path = find_weights(address.target).path
    elif address.backend == "transformers":
        path = hub_model(address.target, extra="hf")
    else:
        return Subject(name=address.name, spec=shape or spec_of(address), where=text)
    spec = shape or spec_of(msgspec.structs.replace(address, target=str(path)))
    return Subject(name=address.name, spec=spec, where=str(path))


def _best_device() -> str:
    if importlib.util.find_spec("torch") is None:
        raise UsageError("--engine is transformers, and torch is not installed; type: pip install 'isocost[hf]'")
    torch = importlib.import_module("torch")
    return "cuda" if torch.cuda.is_available() else "cpu"
