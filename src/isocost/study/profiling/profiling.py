"""A profile made: models opened side by side, warmed up, measured in interleaved rounds, and set beside the roofline."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from isocost import __version__
from isocost.backends.local_memory import GIB
from isocost.cost.devices import Device
from isocost.cost.memory import weight_bytes
from isocost.cost.parameters import architecture_of
from isocost.errors import InputError
from isocost.measure.calibration import DeviceRates
from isocost.measure.window import Reading, WindowMeter
from isocost.records import Record
from isocost.store import host
from isocost.study.profiling.engine import Engine, Subject, Work
from isocost.study.profiling.figures import (
    batch_figures,
    effective_device,
    modelled_bytes,
    size_scaling,
    spread,
    step_bytes,
    tokens_counted,
)
from isocost.study.profiling.holding import Held, held_by
from isocost.study.profiling.profile_record import SCHEMA_VERSION, ModelFigures, Profile, Skipped
from isocost.study.profiling.rounds import Opening, RoundsMade, make_rounds, warm_up

RUNTIME_BYTES = 200 << 20
"""What an engine's process takes beside its model, taken generously."""
KEPT_FREE = 0.1
"""Share of the free memory that is left to others."""

Told = Callable[[str], None]


class Plan(Record, frozen=True):
    """How a profile is made."""

    work: Work
    """Shape of the requests."""
    rounds: int = 12
    """Rounds; at least 10 for deciles that mean something, and more are then made where others use the machine."""
    seconds: float = 180.0
    """No round begins after so many seconds of rounds, the first three excepted."""
    warmups: int = 2
    """Trials at full shape that do not count."""
    seed: int = 0
    """Seed of the interval's draws."""


class _Measured(Record, frozen=True):
    made: RoundsMade
    read: Reading
    device: Device | None
    held: dict[str, Held]


def profile_models(
    subjects: Sequence[Subject],
    engine: Engine,
    plan: Plan,
    *,
    device: DeviceRates | None,
    gpus: Sequence[int] = (),
    told: Told = lambda _: None,
) -> Profile:
    """Measure models on this machine, all of them open at once.

    Args:
        subjects: the models; one that has no room beside the smaller ones is skipped, with the reason.
        engine: what computes them.
        plan: how.
        device: what measures the device between the models; None where that is not this machine's.
        gpus: indices of the GPUs in use, for memory and energy.
        told: called with a line on what is being done.

    Raises:
        BackendError: a model cannot be opened or gave up.
        InputError: none of the models has room.
    """
    begun, started = time.perf_counter(), time.time()
    with tempfile.TemporaryDirectory(prefix="isocost-profile-") as name:
        folder = Path(name)
        chosen, skipped = _with_room(subjects, engine, plan.work, folder)
        measured = _measure(chosen, engine, plan, device, gpus, folder, told)
    made, read = measured.made, measured.read
    figures = tuple(_figures(subject, engine, plan, measured) for subject in chosen)
    scaling, no_scaling = size_scaling(figures, seed=plan.seed)
    conditions = engine.conditions()
    return Profile(
        schema_version=SCHEMA_VERSION, isocost_version=__version__, git_commit=host.git_commit(), started=started,
        seconds=time.perf_counter() - begun, conditions=conditions, clock=engine.clock, warmups=plan.warmups,
        rounds=made.rounds, device=measured.device,
        effective=effective_device(measured.device, figures, scaling, conditions),
        spin_seconds=spread(made.spins), steal_share=read.steal_share, clocks_mhz=read.clocks_mhz, models=figures,
        skipped=tuple(skipped), scaling=scaling,
        absent={name: why for name, why in read.absent.items() if name in {"steal_share", "clocks_mhz"}}
        | ({} if measured.device else {"device": "the models are not computed by a device that we can measure"})
        | ({} if no_scaling is None else {"scaling": no_scaling}),
    )  # fmt: skip


def _measure(
    chosen: Sequence[Subject], engine: Engine, plan: Plan, device: DeviceRates | None, gpus: Sequence[int],
    folder: Path, told: Told,
) -> _Measured:  # fmt: skip
    with contextlib.ExitStack() as stack:
        models: list[Opening] = []
        for subject in chosen:
            told(f"starting {subject.name}")
            opened = stack.enter_context(engine.opened(subject, plan.work, folder))
            models.append(Opening(subject.name, opened))
        rates = None if device is None else stack.enter_context(device)
        warm_up(models, plan.work, plan.warmups, told)
        with WindowMeter([pid for model in models for pid in model.opened.pids], gpus=gpus, keep_peaks=True) as meter:
            made = make_rounds(models, plan.work, rounds=plan.rounds, seconds=plan.seconds, device=rates, told=told)
        return _Measured(
            made=made,
            read=meter.reading,
            device=None if rates is None else rates.device(made.rates),
            held={
                model.name: held_by(model.opened, plan.work, meter.reading, gpus, made.rounds) for model in models
            },
        )  # fmt: skip


def _figures(subject: Subject, engine: Engine, plan: Plan, measured: _Measured) -> ModelFigures:
    trials, held = measured.made.trials[subject.name], measured.held[subject.name]
    spec = engine.stored(subject)
    prompt, new = tokens_counted(trials)
    batches = tuple(batch_figures(trials[batch], spec, measured.device) for batch in plan.work.batches)
    single = next((one.tpot_seconds for one in batches if one.batch == 1), None)
    streamed = None if spec is None else step_bytes(spec, prompt, new)
    absent = dict(held.absent)
    if spec is None:
        absent["architecture"] = "no shape is known under this name; name one with --shape, or give its config.json"
    return ModelFigures(
        name=subject.name, random_weights=subject.where is None,
        parameters=None if spec is None else spec.parameters,
        weight_bits=None if spec is None else spec.weight_bits,
        architecture=None if spec is None else spec.architecture,
        prompt_tokens=prompt, completion_tokens=new, batches=batches, step_bytes=streamed,
        bytes_per_second=streamed / single.median if streamed is not None and single is not None else None,
        memory_bytes=held.memory_bytes, memory_scope=held.memory_scope,
        modelled_bytes=None if spec is None else modelled_bytes(spec, plan.work),
        joules_per_token=held.joules_per_token, energy_scope=held.energy_scope, absent=absent,
    )  # fmt: skip


def _with_room(
    subjects: Sequence[Subject], engine: Engine, work: Work, folder: Path
) -> tuple[list[Subject], list[Skipped]]:
    """Models that fit beside each other, the smallest first, and the others."""
    room, disk = engine.free_bytes(), float(shutil.disk_usage(folder).free)
    room = None if room is None else room * (1.0 - KEPT_FREE)
    chosen: list[Subject] = []
    skipped: list[Skipped] = []
    for subject in sorted(subjects, key=lambda one: one.spec.parameters if one.spec else 0):
        spec = engine.stored(subject)
        if spec is None:
            chosen.append(subject)
            continue
        wanted = modelled_bytes(spec, work) + RUNTIME_BYTES
        file = weight_bytes(architecture_of(spec), spec.weight_bits) if subject.where is None else 0.0
        if room is not None and wanted > room:
            why = f"needs about {wanted / GIB:.1f} GiB of memory, {max(room, 0.0) / GIB:.1f} GiB are left beside the others"
            skipped.append(Skipped(name=subject.name, reason=why))
        elif file > disk:
            why = f"needs {file / GIB:.1f} GiB for its file, {disk / GIB:.1f} GiB are free in {folder.parent}"
            skipped.append(Skipped(name=subject.name, reason=why))
        else:
            chosen.append(subject)
            room, disk = None if room is None else room - wanted, disk - file
    if not chosen:
        raise InputError(
            "; ".join(f"{one.name} {one.reason}" for one in skipped[:3]) + "; name a smaller shape, or free some memory"
        )
    return chosen, skipped
