"""What stands in a run, for a reader: single samples with all that happened to them, and what extraction changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from isocost.benchmarks import Benchmark
from isocost.benchmarks.catalogue import ENTRIES
from isocost.errors import InputError, UsageError
from isocost.judge.extraction import RULES
from isocost.records import Execution, Outcome, Sample, Verdict
from isocost.store.cache import VerdictCache
from isocost.store.hashing import text_sha256
from isocost.store.run import Run
from isocost.study.benchmark_of_run import benchmark_of
from isocost.study.programs import ExtractionPolicy, ProgramReader, policy_name
from isocost.study.summary import combined


class RuleUse(msgspec.Struct, frozen=True, kw_only=True):
    """How often one rule of extraction was used."""

    rule: str
    """Its name."""
    programs: int
    """Samples whose program it changed."""
    meaning: str
    """What it does, in one line."""


class ExtractionUse(msgspec.Struct, frozen=True, kw_only=True):
    """What extraction did to the samples of a run."""

    policy: str
    """Policy and version, as in the manifest."""
    programs: int
    """Samples looked at: those that were judged."""
    unchanged: int
    """Those whose program is stem + completion as it stands, changed by no rule."""
    no_program: int
    """Those in which no program was found."""
    rules: tuple[RuleUse, ...]
    """Every rule, in the order in which they are applied; one program may be changed by several."""


class ShownVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict with the facts that it rests on."""

    verdict: Verdict
    """The judgement."""
    execution: Execution | None
    """The facts; None when they are not in the run."""


class ShownSample(msgspec.Struct, frozen=True, kw_only=True):
    """One sample and all that is known of it."""

    sample: Sample
    """The sample, its completion as it came."""
    outcome: Outcome | None
    """Its outcome over all test sets judged; None before it was judged."""
    judged: tuple[ShownVerdict, ...]
    """A verdict for each test set."""
    program: str | None
    """The program that was judged; None when there was none, or it cannot be shown."""
    program_note: str | None
    """Why there is no program to show; None when there is one."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which samples of a run are wanted; what is None selects nothing away."""

    problem: str | None = None
    """Id of a problem, also in the other spellings that its benchmark accepts."""
    sample: str | None = None
    """Id of a sample, or the beginning of one."""
    outcome: Outcome | None = None
    """Outcome over all test sets."""


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """The samples that were selected."""

    total: int
    """How many there are."""
    samples: tuple[ShownSample, ...]
    """The first of them, in the run's order."""


def extraction_use(run: Run) -> ExtractionUse:
    """Count what extraction did to each sample that was judged.

    Raises RunMismatchError for a broken line.
    """
    of_sample = {execution.sample_id: execution for execution in run.executions.read()}
    uses = Counter(rule for execution in of_sample.values() for rule in set(execution.rules))
    none = sum(execution.program_sha256 is None for execution in of_sample.values())
    # A run of an older version may name rules that this one no longer has.
    meanings = RULES | dict.fromkeys(sorted(uses.keys() - RULES.keys()), "a rule of another version of isocost")
    return ExtractionUse(
        policy=run.judging.extraction,
        programs=len(of_sample),
        unchanged=sum(not item.rules and item.program_sha256 is not None for item in of_sample.values()),
        no_program=none,
        rules=tuple(RuleUse(rule=rule, programs=uses[rule], meaning=text) for rule, text in meanings.items()),
    )


def select(
    run: Run, wanted: Selection, *, limit: int, benchmark: str | None = None, data_dir: Path | None = None
) -> Selected:
    """Find the wanted samples of a run, and show the first `limit` of them.

    The benchmark's file is needed only to show programs; without it each sample says why its program is not shown.

    Raises UsageError when nothing in the run is meant by an id, or several are; RunMismatchError for a broken line.
    """
    if limit < 1:
        raise UsageError(f"--limit {limit} leaves nothing to show; type a number from 1 on")
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in run.verdicts.read():
        verdicts.setdefault(verdict.sample_id, []).append(verdict)
    problem_id = _problem_id(run, wanted.problem)
    sample_id = _sample_id(run, wanted.sample)
    found: list[_Found] = []
    total = 0
    for sample in run.samples.read():
        judged = verdicts.get(sample.id, [])
        outcome = combined(verdict.outcome for verdict in judged) if judged else None
        if (
            (problem_id is None or sample.problem_id == problem_id)
            and (sample_id is None or sample.id == sample_id)
            and (wanted.outcome is None or outcome is wanted.outcome)
        ):
            total += 1
            if len(found) < limit:
                found.append(_Found(sample, outcome, judged))
    return Selected(total=total, samples=tuple(_shown(run, found, _Programs(run, benchmark, data_dir))))


class _Found(NamedTuple):
    sample: Sample
    outcome: Outcome | None
    verdicts: list[Verdict]


class _Programs:
    """Reads the programs of samples once more, and makes sure that they are those that were judged."""

    def __init__(self, run: Run, name_or_path: str | None, data_dir: Path | None) -> None:
        self._benchmark: Benchmark | None = None
        self._why_not = ""
        try:
            self._benchmark = benchmark_of(run, name_or_path, data_dir=data_dir)
        except InputError as error:
            if name_or_path is not None:
                raise
            self._why_not = str(error)
        self._reader = ProgramReader(run, policy_of(run), VerdictCache.disabled())

    def of(self, sample: Sample, execution: Execution | None) -> tuple[str | None, str | None]:
        """Return the program, or None and why there is none to show."""
        if execution is not None and execution.program_sha256 is None:
            return None, "no program was found in the completion"
        if self._benchmark is None:
            return None, self._why_not
        source = self._reader.read(self._benchmark.problems[sample.problem_id], [sample])[sample.id].source
        if source is None:
            return None, "no program was found in the completion"
        if execution is not None and text_sha256(source) != execution.program_sha256:
            return None, "this version of isocost reads another program out of the completion than the one judged"
        return source, None


def policy_of(run: Run) -> ExtractionPolicy:
    """Return the extraction policy that a run was made with."""
    for policy in ("auto", "raw"):
        if run.judging.extraction.partition("/")[0] == policy:
            return policy
    expected = f"{policy_name('auto')} or {policy_name('raw')}"
    raise UsageError(f"the run's extraction is {run.judging.extraction!r}; this isocost knows {expected}")


def _shown(run: Run, found: list[_Found], programs: _Programs) -> Iterator[ShownSample]:
    ids = {item.sample.id for item in found}
    executions = {
        (execution.sample_id, execution.tests): execution
        for execution in run.executions.read()
        if execution.sample_id in ids
    }
    for sample, outcome, verdicts in found:
        judged = tuple(
            ShownVerdict(verdict=verdict, execution=executions.get((sample.id, verdict.tests))) for verdict in verdicts
        )
        program, why_not = programs.of(sample, judged[0].execution if judged else None)
        yield ShownSample(sample=sample, outcome=outcome, judged=judged, program=program, program_note=why_not)


def _problem_id(run: Run, raw: str | None) -> str | None:
    if raw is None:
        return None
    entry = ENTRIES.get(run.manifest.benchmark.name)
    problem_id = raw if entry is None else entry.ids.canonical(raw)
    known = list(dict.fromkeys(sample.problem_id for sample in run.samples.read()))
    if problem_id not in known:
        raise UsageError(f"--problem {raw!r}: the run has no sample of it; expected {_choice(known)}")
    return problem_id


def _sample_id(run: Run, raw: str | None) -> str | None:
    if raw is None:
        return None
    ids = [sample.id for sample in run.samples.read()]
    meant = [raw] if raw in ids else [name for name in ids if raw and name.startswith(raw)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f"--sample {raw!r} begins the ids of {len(meant)} samples; type more of it, as {meant[0]}")
    raise UsageError(f"--sample {raw!r}: no sample of the run has an id that begins so; expected {_choice(ids)}")


def _choice(ids: Iterable[str]) -> str:
    known = list(ids)
    if not known:
        return "none, for it has no samples"
    return f"one such as {known[0]} ({len(known)} in all)"
