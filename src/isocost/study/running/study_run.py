"""One call from a study to its result: asked, judged, analysed, and checked."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isocost.cost.devices import device as known_device
from isocost.cost.prices import read_prices
from isocost.store.run import Run
from isocost.study.answering.analysing import analyse, write_result
from isocost.study.answering.runs_read import AnalysisRequest, run_folders
from isocost.study.answering.sample_costs import Pricing
from isocost.study.checking.findings import check_paths
from isocost.study.generating.planned import plan_runs
from isocost.study.running.asking import asked_of, generate_request, only
from isocost.study.running.forecast import forecast
from isocost.study.running.judged_runs import JudgedRuns
from isocost.study.running.pipeline import Pipeline
from isocost.study.running.study_file import beside

if TYPE_CHECKING:
    from isocost.backends.options import BackendOptions
    from isocost.study.answering.result import Result
    from isocost.study.checking.finding import Finding
    from isocost.study.running.asking import Place
    from isocost.study.running.forecast import Forecast
    from isocost.study.running.pipeline import Ran
    from isocost.study.running.progress import StudyProgress
    from isocost.study.running.study_file import Study


class StudyRan(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a study."""

    folder: Path
    """Its folder."""
    ran: Ran
    """What came of asking and judging."""
    result: Result | None
    """What analysis made of all runs in the folder; None where there is no sample to analyse."""
    findings: tuple[Finding, ...]
    """When not to believe it."""


def forecast_study(study: Study, place: Place, options: BackendOptions, names: Sequence[str] = ()) -> Forecast:
    """Say what a study would take; nothing is asked and nothing is written.

    Raises InputError for what cannot be used.
    """
    planned = only(plan_runs(generate_request(study, place, options)), names)
    return forecast(study, asked_of(planned), folder=place.base)


def run_study(
    study: Study,
    place: Place,
    options: BackendOptions,
    *,
    names: Sequence[str] = (),
    unsafe: bool = False,
    progress: Callable[[StudyProgress], None] = lambda _: None,
    interrupted: Callable[[], None] = lambda: None,
) -> StudyRan:
    """Run a study, or go on where an earlier call stopped; `names` are the models and benchmarks to ask this time.

    The first interrupt lets what is in flight come in and be judged, the second one stops at once; both can be resumed.
    `interrupted` is called within the handler of the first one, to say that it was heard.

    Raises InputError for what cannot be used, SandboxUnavailableError before anything is spent, OwnFaultError.
    """
    request = generate_request(study, place, options)
    planned = only(plan_runs(request), names)
    with JudgedRuns(study.judging, unsafe=unsafe, data_dir=place.data_dir, seed=study.seed) as judges:
        pipeline = Pipeline(request, planned, judges, progress)
        with _first_interrupt(pipeline.interrupt, interrupted):
            ran = pipeline.run()
    judged = (
        tuple(folder for folder in run_folders([place.folder]) if len(Run.read(folder).verdicts)) if ran.runs else ()
    )
    if not judged:
        return StudyRan(folder=place.folder, ran=ran, result=None, findings=())
    result = analyse(_analysis(study, place, judged))
    write_result(result, place.folder / "result.json")
    findings = check_paths([place.folder], data_dir=place.data_dir).findings
    return StudyRan(folder=place.folder, ran=ran, result=result, findings=findings)


def _analysis(study: Study, place: Place, runs: tuple[Path, ...]) -> AnalysisRequest:
    wanted = study.analysis
    return AnalysisRequest(
        runs=runs,
        unit=wanted.unit,
        pricing=Pricing(
            device=None if wanted.device is None else known_device(beside(place.base, wanted.device)),
            prices=None if wanted.prices is None else read_prices(place.base / wanted.prices),
        ),
        draws=wanted.draws,
        seed=study.seed,
        level=wanted.level,
        data_dir=place.data_dir,
    )


@contextmanager
def _first_interrupt(*acts: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT call all `acts`, and the second one stop, also where a shell put us behind and had it ignored."""
    before = signal.getsignal(signal.SIGINT)

    def first(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is signal.SIG_IGN else before)
        for act in acts:
            act()

    try:
        signal.signal(signal.SIGINT, first)
    except ValueError:  # not the main thread: nobody's interrupt comes here
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
