"""`study.toml`: which models, which ladder, how samples are drawn, what may be spent, and how it is analysed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from isocost.backends.address import ModelAddress, parse_address
from isocost.benchmarks import names
from isocost.benchmarks.ladders import ladder
from isocost.cost.devices import device as known_device
from isocost.errors import InputError, UsageError
from isocost.prompts.template import load_template
from isocost.records import Record, Unit
from isocost.store.toml_file import Place, TomlFile, dotted, read_toml
from isocost.study.running.study_faults import faults


class StudyModel(Record, frozen=True):
    """One model of a study."""

    address: str
    """What it is and where: `[NAME=]WHERE`."""
    kind: Literal["base", "instruct"] | None = None
    """Whether it goes on with a text or answers; None is told by its name."""
    prompt: str | None = None
    """Prompt template, or a file of one; None takes the study's."""
    spec: str | None = None
    """File that has its shape, for costs: a config.json or a GGUF; None looks its name up."""

    @property
    def parsed(self) -> ModelAddress:
        """The address, read. Raises UsageError."""
        return parse_address(self.address)


class Caps(Record, frozen=True):
    """What a study may spend in all; it stops there, and can be resumed with more."""

    tokens: int | None = None
    """Tokens of prompts and completions."""
    dollars: float | None = None
    """Dollars, by the price table."""
    hours: float | None = None
    """Hours of wall-clock time of one call."""


class JudgingWanted(Record, frozen=True):
    """How samples are judged."""

    extraction: Literal["auto", "raw"] = "auto"
    """How programs are read out of completions."""
    cpu_seconds: float = 4.0
    """CPU seconds that a program always gets."""
    memory_mib: int = 1024
    """Address space that a program always gets."""
    isolation: Literal["strong", "contained"] | None = None
    """Level to insist on; None takes the strongest that holds."""
    workers: int | None = None
    """Judge processes; None is one for each core."""


class AnalysisWanted(Record, frozen=True):
    """How the study is analysed."""

    unit: Unit | None = None
    """Unit of budgets; None takes FLOPs, or the first that every model has."""
    device: str | None = None
    """Device to model seconds for, or the path of a profile."""
    prices: str | None = None
    """Price table."""
    draws: int = 2000
    """Draws of the bootstrap."""
    level: float = 0.95
    """Nominal coverage of intervals."""


class Study(Record, frozen=True):
    """A study, as its file says it."""

    models: tuple[str | StudyModel, ...]
    """Models, as addresses or tables."""
    name: str | None = None
    """Name of the study and of its folder in `runs/`; None takes the file's."""
    ladder: str | None = None
    """Ladder: `humaneval`, `mbpp` or `steps`."""
    benchmarks: tuple[str, ...] = ()
    """Benchmarks, instead of a ladder or beside it: names, or files in the shape of one."""
    samples: int = 1
    """Samples for each problem."""
    temperature: float | None = None
    """Softmax temperature; None is 0 for one sample and 0.8 for several."""
    top_p: float | None = None
    """Nucleus mass."""
    max_tokens: int | None = None
    """Most tokens of a completion; None takes what the template says, else 1,024."""
    prompt: str | None = None
    """Prompt template, or a file of one; None takes the one for each model's kind."""
    target_width: float | None = None
    """Grow the number of samples, in equal batches for all problems, until every interval of pass@1 is as narrow."""
    concurrency: int | None = None
    """Most requests in flight for each model; None lets the server say."""
    logprobs: bool = False
    """Whether to ask for log-probabilities, by which a deployable choice among several samples can be made."""
    limit: int | None = None
    """The first so many problems only."""
    seed: int = 0
    """Seed of sampling and of the bootstrap."""
    caps: Caps = Caps()
    """What may be spent."""
    judging: JudgingWanted = JudgingWanted()
    """How samples are judged."""
    analysis: AnalysisWanted = AnalysisWanted()
    """How the study is analysed."""

    @property
    def listed(self) -> tuple[StudyModel, ...]:
        """Models, each as a table."""
        return tuple(one if isinstance(one, StudyModel) else StudyModel(address=one) for one in self.models)

    def benchmarks_at_hand(self, data_dir: Path | None) -> tuple[str, ...]:
        """Names of all benchmarks, those of the ladder first. Raises UsageError for a ladder that is none."""
        of_ladder = () if self.ladder is None else ladder(self.ladder, data_dir)
        return tuple(dict.fromkeys((*of_ladder, *self.benchmarks)))

    @property
    def drawn_at(self) -> float:
        """Softmax temperature."""
        if self.temperature is not None:
            return self.temperature
        return 0.0 if self.samples == 1 and self.target_width is None else 0.8


def read_study(path: Path) -> Study:
    """Read a study file; paths in it are meant from its folder, and its name is the file's unless it says one.

    Raises InputError: the text gives line, field, value, what was expected, and the nearest right name.
    """
    file = read_toml(path, "a study")
    study = file.record(Study)
    for number, one in enumerate(study.models):
        place = ("models", number) if isinstance(one, str) else ("models", number, "address")
        with _at_line(file, place):
            parse_address(one if isinstance(one, str) else one.address)
    for fault in faults(study):
        raise file.fault(fault.place, fault.value, fault.expected)
    _require_named(study, file, path.parent)
    return msgspec.structs.replace(study, name=path.stem if study.name is None else study.name)


def beside(folder: Path, text: str) -> str:
    """What a study names, which may be a file: from the study's folder where one of this name is there, else as it stands."""
    return str(folder / text) if text and (folder / text).exists() else text


def _require_named(study: Study, file: TomlFile, folder: Path) -> None:
    """Refuse a benchmark, a template or a device that is not there, with its line."""
    for name in study.benchmarks:
        if name not in names() and not Path(beside(folder, name)).is_file():
            near = difflib.get_close_matches(name, names(), n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise file.fault(("benchmarks",), name, f"a file, or one of {', '.join(names())}{meant}")
    if study.prompt is not None:
        with _at_line(file, ("prompt",)):
            load_template(beside(folder, study.prompt))
    for number, one in enumerate(study.models):
        if isinstance(one, StudyModel) and one.prompt is not None:
            with _at_line(file, ("models", number, "prompt")):
                load_template(beside(folder, one.prompt))
    if study.analysis.device is not None:
        with _at_line(file, ("analysis", "device")):
            known_device(beside(folder, study.analysis.device))


@contextmanager
def _at_line(file: TomlFile, place: Place) -> Iterator[None]:
    """Put the line of a field before what is said of its value."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{file.line(place)}: {error}") from None


def study_of(
    path: Path | None,
    *,
    models: Sequence[str] | None,
    ladder: str | None,
    benchmarks: Sequence[str] | None,
    changes: Mapping[str, object],
) -> Study:
    """Make the study that a command line says: a file, or models and a ladder, with what else was typed put over it.

    A change that is None leaves the file's word. Raises what `read_study` raises, UsageError for what makes no sense.
    """
    given = {
        "models": tuple(models) if models else None,
        "ladder": ladder,
        "benchmarks": tuple(benchmarks or ()) or None,
    }
    over = {name: value for name, value in (given | dict(changes)).items() if value is not None}
    study = Study(models=(), name=ladder or "study") if path is None else read_study(path)
    for address in models or ():
        parse_address(address)
    return checked_study(msgspec.structs.replace(study, **over))


def checked_study(study: Study) -> Study:
    """Return a study that makes sense. Raises UsageError for one that does not."""
    for fault in faults(study):
        seen = "missing" if fault.value is None else repr(fault.value)[:60]
        raise UsageError(f"{dotted(fault.place)} is {seen}, expected {fault.expected}")
    return study
