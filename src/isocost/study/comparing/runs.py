"""Two runs compared: the paired difference on the problems that both have, rung by rung, and a sentence for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from isocost.benchmarks.unfair import audited, unfair_problems
from isocost.errors import RunMismatchError, UsageError
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.comparison import adjusted, compare_tallies, compare_values
from isocost.metrics.domain import checked_level
from isocost.records import Comparison, Estimate, Record
from isocost.study.answering.run_tallies import RungTallies, tallies_of_run
from isocost.study.comparing.comparable import Pairing, RunFacts, differing, pairing, run_facts
from isocost.study.comparing.solved import mean_pass, solved
from isocost.study.comparing.words import difference_sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isocost.records import Tally
    from isocost.store.run import Run


class RungCompared(Record, frozen=True):
    """The two runs on one rung; or one model on two."""

    rung: int
    """Rung of the first run's problems."""
    rung_b: int
    """Rung of the second's; another one only where `kind` is `rungs`."""
    comparison: Comparison
    """The paired difference, with its interval, its test and what could be seen."""
    solved_a: Estimate
    """Mean of the first over the shared problems, with an interval of its own."""
    solved_b: Estimate
    """Mean of the second over the same problems."""
    only_a: int
    """Problems left out because only the first has a scored sample of them; base problems where `kind` is `rungs`."""
    only_b: int
    """Likewise those of the second."""
    sentence: str
    """The same in words."""


class Compared(Record, frozen=True):
    """All that a comparison of two runs came to."""

    kind: Pairing
    """`models` on the same problems, or two `rungs` of one model."""
    run_a: str
    """The first run's folder."""
    run_b: str
    """The second's."""
    level: float
    """Nominal coverage of the intervals."""
    draws: int
    """Draws of the bootstrap."""
    seed: int
    """Its seed."""
    rungs: tuple[RungCompared, ...]
    """One for each rung that both have and each k, p values adjusted for their number."""
    differing: tuple[str, ...]
    """What should agree and does not, let through on request; empty without."""
    notes: tuple[str, ...]
    """What a reader should know beside the numbers."""


def compare_runs(
    a: Run,
    b: Run,
    *,
    ks: Sequence[int] = (1,),
    anyway: bool = False,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = 0.95,
    data_dir: Path | None = None,
) -> Compared:
    """Compare pass@k of two runs on the problems that they share.

    Two runs of one benchmark are compared on each rung that both tell of, joined by problem id. One model on two rungs
    (`humaneval` and `humaneval-pro`) is compared by base problem: where several problems stand upon one, their mean
    stands for it. The difference is that of the first less the second, the p values are Holm-adjusted over all rungs
    and k that are asked for.

    Args:
        a: the first run.
        b: the second.
        ks: samples allowed, each 1 to the smallest number of samples of a shared problem.
        anyway: compare runs whose limits, extraction, judge, isolation or channels differ; other benchmark data never.
        seed: seed of the bootstrap and of the test, used afresh for each comparison.
        draws: draws of the bootstrap.
        level: nominal coverage.
        data_dir: where benchmark files are looked for, for runs on local files whose problems descend from others.

    Raises:
        RunMismatchError: the runs cannot be compared (each differing field with both values), or share no problem.
        UsageError: one folder twice, or no k.
        DomainError: k above the samples of some problem, or a number out of range.
    """
    how = pairing(a, b)
    checked_level(level)
    if not ks or seed < 0:
        raise UsageError(f"k is {list(ks)} and seed {seed}, expected at least one k, as 1, and a seed from 0 on")
    facts = (run_facts(a), run_facts(b))
    different = differing(a, b, how, facts)
    if different and not anyway:
        raise RunMismatchError(
            f"{str(a.folder)!r} and {str(b.folder)!r} were made differently: {'; '.join(different)}; "
            "judge both alike, or add --anyway to compare them all the same"
        )
    parts_a, parts_b = tallies_of_run(a, data_dir=data_dir), tallies_of_run(b, data_dir=data_dir)
    found: list[_Pair] = (
        [_Pair(x, y) for x in parts_a for y in parts_b if x.rung == y.rung]
        if how is Pairing.models
        else [_Pair(parts_a[-1], parts_b[-1])]
    )
    labels = _labels(a, b, how)
    raw = [pair.compare(how, labels, k, seed, level, draws) for pair in found for k in dict.fromkeys(ks)]
    final = adjusted([seen.comparison for seen in raw])
    places = [pair for pair in found for _ in dict.fromkeys(ks)]
    return Compared(
        kind=how, run_a=str(a.folder), run_b=str(b.folder), level=float(level), draws=draws, seed=seed,
        rungs=tuple(
            RungCompared(
                rung=pair.a.rung, rung_b=pair.b.rung, comparison=comparison, solved_a=seen.solved_a,
                solved_b=seen.solved_b, only_a=seen.only_a, only_b=seen.only_b,
                sentence=difference_sentence(comparison, pair.which),
            )
            for pair, comparison, seen in zip(places, final, raw, strict=True)
        ),
        differing=different,
        notes=tuple(_notes((a, b), facts, found)) + (_unfair((a, b), found[0]) if how is Pairing.rungs else ()),
    )  # fmt: skip


class _Seen(NamedTuple):
    """What was seen of one pair."""

    comparison: Comparison
    solved_a: Estimate
    solved_b: Estimate
    only_a: int
    only_b: int


class _Pair(msgspec.Struct, frozen=True):
    """Tallies that are held against each other."""

    a: RungTallies
    b: RungTallies

    @property
    def which(self) -> str:
        if self.a.rung == self.b.rung:
            return f"shared problems of {self.a.benchmark}, rung {self.a.rung}"
        return f"base problems that rung {self.a.rung} and rung {self.b.rung} share"

    def compare(self, how: Pairing, labels: tuple[str, str], k: int, seed: int, level: float, draws: int) -> _Seen:
        """The comparison, what each side solves, and how many problems only the first and only the second has."""
        sides = [
            {name: [tally] for name, tally in part.tallies.items()} if how is Pairing.models else _by_base(part)
            for part in (self.a, self.b)
        ]
        keys_a, keys_b = sides[0].keys(), sides[1].keys()
        shared = sorted(keys_a & keys_b)
        if not shared:
            raise RunMismatchError(
                f"the runs share no scored problem ({len(keys_a)} of {self.a.benchmark}, {len(keys_b)} of "
                f"{self.b.benchmark}); compare runs of one benchmark, or of one ladder"
            )
        how_sure: dict[str, Any] = {"level": level, "draws": draws, "rng": np.random.default_rng(seed)}
        if how is Pairing.models:
            comparison = compare_tallies(
                list(self.a.tallies.values()), list(self.b.tallies.values()), names=labels, k=k,
                base_of=self.a.base_of, **how_sure,
            )  # fmt: skip
            values = _values(sides, shared, k)
        else:
            values = _values(sides, shared, k)
            comparison = compare_values(
                *values, names=labels, what=f"pass@{k}", ids=shared,
                samples=sum(tally.n for side in sides for name in shared for tally in side[name]), **how_sure,
            )  # fmt: skip
        solved_a, solved_b = (
            solved([side[name] for name in shared], mine, k, seed=seed, level=level, draws=draws)
            for side, mine in zip(sides, values, strict=True)
        )
        return _Seen(comparison, solved_a, solved_b, len(keys_a - keys_b), len(keys_b - keys_a))


def _values(sides: Sequence[Mapping[str, Sequence[Tally]]], shared: Sequence[str], k: int) -> list[list[float]]:
    return [[mean_pass(side[name], k) for name in shared] for side in sides]


def _by_base(part: RungTallies) -> dict[str, list[Tally]]:
    found: dict[str, list[Tally]] = {}
    for problem_id, tally in sorted(part.tallies.items()):
        found.setdefault(part.base_of[problem_id], []).append(tally)
    return found


def _labels(a: Run, b: Run, how: Pairing) -> tuple[str, str]:
    """What the two are called: their models, or what tells two runs of one model apart."""
    one, other = a.manifest.model, b.manifest.model
    if how is Pairing.rungs:
        return f"{one} on {a.manifest.benchmark.name}", f"{other} on {b.manifest.benchmark.name}"
    if one != other:
        return one, other
    names = (a.folder.name, b.folder.name) if a.folder.name != b.folder.name else (str(a.folder), str(b.folder))
    return f"{one} ({names[0]})", f"{other} ({names[1]})"


def _notes(runs: tuple[Run, Run], facts: tuple[RunFacts, RunFacts], pairs: Sequence[_Pair]) -> list[str]:
    notes = [
        f"{str(run.folder)!r}: {part.unscored} samples left out by a fault of ours; `isocost show` says why"
        for run, part in zip(runs, facts, strict=True)
        if part.unscored
    ]
    counts = [{tally.n for pair in pairs for tally in side(pair).tallies.values()} for side in (_a, _b)]
    if counts[0] != counts[1]:
        seen = " and ".join(f"{min(n)} to {max(n)}" if len(n) > 1 else str(*n) for n in counts)
        notes.append(f"samples for each problem: {seen}; one greedy answer and the mean of sampled ones differ by kind")
    if facts[0].sampling and facts[1].sampling and facts[0].sampling != facts[1].sampling:
        one, other = ("; ".join(sorted(part.sampling)) for part in facts)
        notes.append(f"samples were drawn differently: {one}, and {other}")
    return notes


def _unfair(runs: tuple[Run, Run], pair: _Pair) -> tuple[str, ...]:
    """Between rungs, problems that nobody could solve from their prompt are a part of the difference."""
    shared = set(pair.a.base_of.values()) & set(pair.b.base_of.values())
    read = set(audited().values())
    known = sorted(
        problem_id
        for run, part in zip(runs, (pair.a, pair.b), strict=True)
        if run.manifest.benchmark.sha256 in read
        for problem_id in part.tallies.keys() & unfair_problems().keys()
        if part.base_of[problem_id] in shared
    )
    if not known:
        return ()
    first = known[0]
    return (f"{len(known)} problems, as {first}, never name in their prompt what is tested; they are in the figures",)


def _a(pair: _Pair) -> RungTallies:
    return pair.a


def _b(pair: _Pair) -> RungTallies:
    return pair.b
