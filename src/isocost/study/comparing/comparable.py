"""Whether two runs can be compared: what has to agree, and what differs, each with both values."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from isocost.errors import RunMismatchError, UsageError
from isocost.records import Channel, Outcome
from isocost.store.run import Run


class Pairing(StrEnum):
    """What two runs are to each other."""

    models = "models"
    """Two models, or two runs of one, on the same problems."""
    rungs = "rungs"
    """One model on two rungs, joined by base problem."""


class RunFacts(NamedTuple):
    """What a comparison needs of a run beside its tallies."""

    channels: dict[str, Channel]
    """By problem id; `shared` where one of its test sets is."""
    unscored: int
    """Samples left out by a fault of ours."""
    sampling: frozenset[str]
    """How its samples were drawn, in words, seeds apart; empty where that was not recorded."""


def run_facts(run: Run) -> RunFacts:
    """Read what stands beside the tallies.

    Raises RunMismatchError for a broken line.
    """
    channels: dict[str, Channel] = {}
    unscored: set[str] = set()
    for verdict in run.verdicts.read():
        if verdict.channel is Channel.shared or verdict.problem_id not in channels:
            channels[verdict.problem_id] = verdict.channel
        if verdict.outcome is Outcome.sandbox_error:
            unscored.add(verdict.sample_id)
    drawn = {sample.params for sample in run.samples.read() if sample.params is not None}
    words = frozenset(
        f"temperature {p.temperature}, top_p {p.top_p}, max_tokens {p.max_tokens}, stop {list(p.stop)}" for p in drawn
    )
    return RunFacts(channels, len(unscored), words)


def pairing(a: Run, b: Run) -> Pairing:
    """Say what two runs are to each other, by their manifests.

    Raises UsageError when they are one folder, RunMismatchError when no comparison of them means anything: other
    benchmark data, and not two rungs of one model.
    """
    if a.folder.resolve() == b.folder.resolve():
        raise UsageError(f"{str(a.folder)!r} is given twice, expected two run folders; name the other one")
    first, second = a.manifest.benchmark, b.manifest.benchmark
    if first.sha256 == second.sha256:
        return Pairing.models
    if first.rung != second.rung and a.manifest.model == b.manifest.model:
        return Pairing.rungs
    seen = (
        f"benchmark is {_benchmark(a)} in {str(a.folder)!r} and {_benchmark(b)} in {str(b.folder)!r}: other problems, "
        "which no option makes comparable"
    )
    if first.rung != second.rung:
        raise RunMismatchError(
            f"{seen}; the models are {a.manifest.model!r} and {b.manifest.model!r}, expected one for two rungs: "
            "judge both on one benchmark, or give --model to judge"
        )
    raise RunMismatchError(f"{seen}; judge both on one benchmark")


def differing(a: Run, b: Run, how: Pairing, facts: tuple[RunFacts, RunFacts]) -> tuple[str, ...]:
    """Name what should agree and does not, with both values: how programs were read, limited, judged and locked in.

    The channel of a problem follows from its tests, so that it is looked at where both runs have the same problems.
    """
    one, other = a.judging, b.judging
    pairs: list[tuple[str, object, object]] = [
        (f"limits.{name}", getattr(one.limits, name), getattr(other.limits, name))
        for name in one.limits.__struct_fields__
    ]
    pairs += [
        ("extraction", one.extraction, other.extraction),
        ("judge", one.judge, other.judge),
        ("isolation", one.isolation.value, other.isolation.value),
    ]
    if how is Pairing.models:
        both = facts[0].channels.keys() & facts[1].channels.keys()
        mixed = [{problem for problem in both if part.channels[problem] is Channel.shared} for part in facts]
        if mixed[0] != mixed[1]:
            x, y = (f"shared on {len(part)} of {len(both)} problems" for part in mixed)
            pairs.append(("channel", x, y))
    return tuple(f"{name} is {_shown(mine)} and {_shown(its)}" for name, mine, its in pairs if mine != its)


def _benchmark(run: Run) -> str:
    info = run.manifest.benchmark
    return f"{info.name[:60]} {info.version[:40]} ({info.sha256[:12]}…)"


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value)
