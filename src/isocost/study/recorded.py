"""Samples in: turns a file of recorded samples, in any of the usual shapes, into records joined to their problems.

Rows are joined by id, through the aliases that the benchmark declares, and never by their position in the file; rows
without an id by their prompt (`isocost.study.recorded_match`). The shapes are listed in `isocost.store.recorded_rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from isocost.errors import InputError, SamplesError
from isocost.records import Prompt, Sample
from isocost.store.hashing import prompt_id, sample_id
from isocost.store.recorded_file import SamplesFile, fault, opened
from isocost.store.recorded_rows import Row, parse_row, shown
from isocost.study.recorded_match import PromptMatcher

if TYPE_CHECKING:
    from isocost.benchmarks import Benchmark

RECORDED = "recorded"
"""Template name of prompts that came with somebody's samples."""

_MOST_FAULTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSamples:
    """What a samples file holds, joined to one benchmark."""

    path: Path
    """The file."""
    sha256: str
    """SHA-256 of the file's bytes as they lie on disk, 64 hex digits."""
    format: str
    """Container and keys, as `jsonl.gz: prompt + samples`."""
    benchmark: str
    """Name of the benchmark that the samples were joined to."""
    problems: int
    """Problems of that benchmark."""
    model: str
    """The one model that gave the samples."""
    samples: tuple[Sample, ...]
    """The samples in file order; draws count 0, 1, … within a problem."""
    prompts: tuple[Prompt, ...]
    """Prompts that came with rows and are not the problem's own, in file order."""
    missing: tuple[str, ...]
    """Ids of problems without any sample, in the benchmark's order."""


def read_samples(path: Path, benchmark: Benchmark, *, model: str | None = None) -> RecordedSamples:
    """Read a samples file and join every row to its problem.

    The model's name is `model`, else what the rows say under `model`, else the file's name without its endings. A
    row's own name (`_identifier`, `sample_id`) may stand once: a string once in the file, a number once in a problem,
    for it is often the draw.

    Raises SamplesError, in one line with file, line and reason, for the first row that cannot be read or joined, and
    says how many more there are; for a file that cannot be read, or holds no samples, or those of several models.
    """
    joiner = _Joiner(benchmark)
    with opened(path) as file:
        rows = _read_rows(file, joiner)
        sha256, container = file.sha256, file.container
    shapes = ", ".join(dict.fromkeys(row.shape for _, row in rows))
    name = model if model is not None else _model(path, rows)
    samples, prompts = _records(rows, benchmark, name)
    if not samples:
        reason = "holds rows but no sample in them" if rows else "is empty"
        raise fault(path, f"{reason}; expected one JSON object a line, such as a `task_id` with its `completion`")
    answered = {sample.problem_id for sample in samples}
    return RecordedSamples(
        path=path,
        sha256=sha256,
        format=f"{container}: {shapes}",
        benchmark=benchmark.info.name,
        problems=len(benchmark.problems),
        model=name,
        samples=samples,
        prompts=prompts,
        missing=tuple(problem_id for problem_id in benchmark.problems if problem_id not in answered),
    )


def require_complete(recorded: RecordedSamples, *, partial: bool) -> None:
    """Check that every problem of the benchmark has a sample, unless `partial` allows some to have none.

    Raises SamplesError saying how many problems have none, and which are the first three.
    """
    if partial or not recorded.missing:
        return
    first = ", ".join(recorded.missing[:3]) + (", …" if len(recorded.missing) > 3 else "")
    raise fault(
        recorded.path,
        f"has no sample for {len(recorded.missing)} of the {recorded.problems} problems of {recorded.benchmark} "
        f"({first}); expected at least one for each: add --partial to score the others, with the missing counted",
    )


class _Joiner:
    """Finds each row's problem, and sees to it that no row names itself twice."""

    def __init__(self, benchmark: Benchmark) -> None:
        self._benchmark = benchmark
        self._matcher: PromptMatcher | None = None
        self._ids: dict[str | int, str] = {}
        self._prompts: dict[str, str] = {}
        self._identifiers: dict[tuple[str | None, str | int], str] = {}

    def join(self, row: Row, place: str) -> str:
        """Find the problem of the row at `place`; SamplesError if there is none, or the row's name was seen before."""
        problem_id = self._by_prompt(row.prompt or "") if row.raw_id is None else self._by_id(row.raw_id)
        if row.identifier is not None:
            scope = problem_id if isinstance(row.identifier, int) else None
            before = self._identifiers.setdefault((scope, row.identifier), place)
            if before != place:
                reason = f"its sample id {shown(row.identifier)} repeats that of {before}"
                raise SamplesError(f"{reason}; expected each id once: leave one of the two out")
        return problem_id

    def _by_id(self, raw: str | int) -> str:
        if raw not in self._ids:
            try:
                self._ids[raw] = self._benchmark.resolve(raw)
            except InputError as error:
                raise SamplesError(str(error)) from error
        return self._ids[raw]

    def _by_prompt(self, prompt: str) -> str:
        if prompt not in self._prompts:
            if self._matcher is None:
                self._matcher = PromptMatcher(self._benchmark.info.name, self._benchmark.problems.values())
            self._prompts[prompt] = self._matcher.find(prompt)
        return self._prompts[prompt]


def _read_rows(file: SamplesFile, joiner: _Joiner) -> list[tuple[str, Row]]:
    """Read all rows with the ids of their problems, or raise what is wrong with the first that has a fault."""
    rows: list[tuple[str, Row]] = []
    first: SamplesError | None = None
    faults = 0
    try:
        for number, data in file.rows():
            place = f"{file.noun} {number}"
            try:
                row = parse_row(data)
                problem_id = joiner.join(row, place)
            except SamplesError as error:
                first = first or fault(file.path, str(error), place)
                faults += 1
                if faults == _MOST_FAULTS:
                    break
            else:
                if first is None:
                    rows.append((problem_id, row))
    except SamplesError:
        if first is None:
            raise
        # The file cannot be read to its end; what is wrong with an earlier row still comes first.
    if first is None:
        return rows
    if faults > 1:
        more = f"{'at least ' if faults == _MOST_FAULTS else ''}{faults - 1:,}"
        raise SamplesError(f"{first} (faults in {more} more {file.noun}{'s' if faults > 2 else ''})") from first
    raise first


def _model(path: Path, rows: list[tuple[str, Row]]) -> str:
    names = list(dict.fromkeys(row.model for _, row in rows if row.model is not None))
    if len(names) > 1:
        seen = f"its rows name {len(names)} models ({', '.join(shown(name) for name in names[:3])})"
        raise fault(path, f"{seen}; expected those of one: split the file by model, or add --model NAME")
    if names:
        return names[0]
    name = path.name.removesuffix(".gz")
    return name.removesuffix(".jsonl").removesuffix(".json") or path.name


def _records(
    rows: list[tuple[str, Row]], benchmark: Benchmark, model: str
) -> tuple[tuple[Sample, ...], tuple[Prompt, ...]]:
    samples: list[Sample] = []
    prompts: dict[tuple[str, str], Prompt] = {}
    draws: dict[str, int] = {}
    for problem_id, row in rows:
        prompt = None
        if row.prompt is not None and row.prompt != benchmark.problems[problem_id].prompt:
            prompt = prompts.get((problem_id, row.prompt)) or _prompt(problem_id, row.prompt)
            prompts[problem_id, row.prompt] = prompt
        shown_id = None if prompt is None else prompt.id
        whole = row.text_key == "solution"
        for draw, text in enumerate(row.texts, draws.get(problem_id, 0)):
            samples.append(
                Sample(
                    id=sample_id(problem_id, shown_id, model, None, draw),
                    problem_id=problem_id,
                    prompt_id=shown_id,
                    model=model,
                    params=None,
                    draw=draw,
                    completion=text,
                    whole=whole,
                )
            )
        draws[problem_id] = draws.get(problem_id, 0) + len(row.texts)
    return tuple(samples), tuple(prompts.values())


def _prompt(problem_id: str, text: str) -> Prompt:
    return Prompt(id=prompt_id(problem_id, RECORDED, text), problem_id=problem_id, template=RECORDED, text=text)
