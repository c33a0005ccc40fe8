"""The attack corpus at each level: nothing forged passes, nothing escapes, nothing is left, the honest are not hurt."""

from __future__ import annotations

import collections
import time
import tokenize
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec
import pytest
from tests.attacks import corpus
from tests.attacks.canaries import Canaries

from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import CodeTests, Isolation, LimitPolicy, Outcome
from isocost.sandbox import levels
from isocost.sandbox.jail import kernel

CORPUS = corpus.load()
HURRIED = LimitPolicy(cpu_seconds=1, wall_factor=2)
"""Limits of most programs here: many of them are there to run into one."""
LEAST = {"forgery": 120, "resources": 40, "host": 45, "odd": 50, "honest": 70}
SENTINELS = 2  # after each program: jobs use two output files in turn, and either may hold a note
_ORPHANS_SECONDS = 5.0

Judged = wire.Judged


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The whole corpus, judged at one level."""

    verdicts: dict[str, Judged]
    after: dict[str, list[Judged]]
    """Verdicts of the sentinels that were judged right after each program, in the same judge process."""
    touched: list[str]
    orphans: set[int]

    def of(self, group: str) -> dict[str, Judged]:
        """Verdicts of one group."""
        return {name: judged for name, judged in self.verdicts.items() if CORPUS[name].group == group}


@pytest.fixture(scope="module", params=levels.LEVELS, ids=str)
def run(request: pytest.FixtureRequest) -> Run:
    """Judge the corpus at a level that holds; skip one that does not start; let none loose where one leaks."""
    level: Isolation = request.param
    report = levels.probe(level, LimitPolicy(), whole=True)
    if not report.starts:
        pytest.skip(f"{level} does not start here: {report.reason}")
    if not report.holds:
        pytest.fail(f"{level} does not hold here, so no attack is run: {report}")
    attacks = [attack for attack in CORPUS.values() if level is Isolation.strong or not attack.needs_strong]
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)  # what loses its parent below us becomes our child, and is seen
    try:
        with Canaries() as canaries:
            verdicts, after = _judge(level, attacks, canaries)
            end = time.monotonic() + _ORPHANS_SECONDS
            while canaries.orphans() and time.monotonic() < end:
                time.sleep(0.05)
            return Run(verdicts=verdicts, after=after, touched=canaries.touched(), orphans=canaries.orphans())
    finally:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)


def _judge(
    level: Isolation, attacks: list[corpus.Attack], canaries: Canaries
) -> tuple[dict[str, Judged], dict[str, list[Judged]]]:
    verdicts: dict[str, Judged] = {}
    after: dict[str, list[Judged]] = collections.defaultdict(list)
    for policy, chosen in (
        (HURRIED, [attack for attack in attacks if not attack.default_limits]),
        (LimitPolicy(), [attack for attack in attacks if attack.default_limits]),
    ):
        halves = [half for half in (chosen[::2], chosen[1::2]) if half]
        # A pool of one worker each, so that who comes after whom is sure.
        with ThreadPoolExecutor(len(halves)) as threads:
            for first, rest in threads.map(partial(_judge_in_order, level, policy, canaries), halves):
                verdicts |= first
                after |= rest
    return verdicts, after


def _judge_in_order(
    level: Isolation, policy: LimitPolicy, canaries: Canaries, attacks: list[corpus.Attack]
) -> tuple[dict[str, Judged], dict[str, list[Judged]]]:
    sentinel = CORPUS[corpus.SENTINEL].source
    step = 1 + SENTINELS

    def works() -> Iterator[Work]:
        for number, attack in enumerate(attacks):
            yield Work(token=step * number, suite=corpus.TASK, source=attack.aimed_at(canaries.targets))
            for place in range(1, step):
                yield Work(token=step * number + place, suite=corpus.TASK, source=sentinel)

    verdicts: dict[str, Judged] = {}
    after: dict[str, list[Judged]] = collections.defaultdict(list)
    with Pool(level, policy, workers=1) as pool:
        for answer in pool.answers(works()):
            assert isinstance(answer, Judged)
            name = attacks[answer.token // step].name
            if answer.token % step:
                after[name].append(answer)
            else:
                verdicts[name] = answer
    return verdicts, after


def _told(judged: Judged) -> str:
    return f"{judged.outcome} ({judged.detail}; {judged.facts})"


# --- the corpus itself -----------------------------------------------------------------------------------------------


def test_no_program_can_be_run_by_mistake() -> None:
    """Python itself refuses to open any file of the corpus, so none can be imported, run or collected."""
    for path in corpus.PROGRAMS.rglob("*.py"):
        with path.open("rb") as file, pytest.raises(SyntaxError, match="encoding"):
            tokenize.detect_encoding(file.readline)


def test_corpus_is_large_enough() -> None:
    """Each group has as many programs as were promised, and every program of the host group refuses to pass."""
    counts = collections.Counter(attack.group for attack in CORPUS.values())
    assert not {group: counts[group] for group, least in LEAST.items() if counts[group] < least}
    hostile = [attack for attack in CORPUS.values() if attack.group in ("forgery", "host", "resources")]
    assert not [attack.name for attack in hostile if Outcome.passed in attack.outcomes]


# --- at each level ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_forgery_passes(run: Run) -> None:
    """No program that forges a verdict gets `passed`."""
    assert not [name for name, judged in run.of("forgery").items() if judged.outcome is Outcome.passed]


@pytest.mark.slow
def test_no_attack_on_the_host_works(run: Run) -> None:
    """Programs that answer right only if their attack worked do not pass, and their targets are as they were."""
    assert not [name for name, judged in run.of("host").items() if judged.outcome is Outcome.passed]
    assert not run.touched


@pytest.mark.slow
def test_honest_programs_pass(run: Run) -> None:
    """Every honest program passes."""
    failed = {name: _told(judged) for name, judged in run.of("honest").items() if judged.outcome is not Outcome.passed}
    assert not failed


@pytest.mark.slow
def test_outcomes_are_right(run: Run) -> None:
    """Every program has one of the outcomes that its docstring states."""
    misfits = {
        name: _told(judged) for name, judged in run.verdicts.items() if judged.outcome not in CORPUS[name].outcomes
    }
    assert not misfits


@pytest.mark.slow
def test_nothing_outlives_its_program(run: Run) -> None:
    """Right after each program, one that looks for leftovers finds none and is judged as it should be, twice."""
    hurt = {
        name: [_told(judged) for judged in sentinels if judged.outcome is not Outcome.passed]
        for name, sentinels in run.after.items()
        if any(judged.outcome is not Outcome.passed for judged in sentinels)
    }
    assert not hurt
    assert run.after.keys() == run.verdicts.keys()


@pytest.mark.slow
def test_no_process_is_left(run: Run) -> None:
    """When the pools are closed, no process or zombie below them is left."""
    assert not run.orphans


# --- what values do to the tests -------------------------------------------------------------------------------------

FAILED = {Outcome.wrong_answer, Outcome.runtime_error, Outcome.memory_limit, Outcome.time_limit}


@pytest.mark.parametrize(
    ("tests", "program", "outcomes"),
    [
        ("assert sorted(f()) == [1]", "def f(): return range(10**10)", FAILED),
        ("assert 'x' * f() == 'x'", "def f(): return 10**12", FAILED),
        ("assert {1: 2}[f()] == 2", "def f(): return 10**6000", {Outcome.wrong_answer}),
        ("assert f() == 3, f()", "def f(): return chr(0xD800)", {Outcome.wrong_answer}),
        ("assert f() == 3, repr(f())[:9]", "def f(): return [10**5000]", {Outcome.wrong_answer}),
        ("try:\n    f()\nexcept BaseException:\n    pass", "import os\ndef f(): os._exit(0)", FAILED),
        ("try:\n    f()\nexcept TypeError:\n    pass\nelse:\n    assert 0", "def f(): return object()", FAILED),
        ("while f() != 3:\n    pass", "def f(): return 1", FAILED),
        (
            "while True:\n    try:\n        if f() == 3:\n            break\n    except Exception:\n        pass",
            "def f(): return 1",
            FAILED,
        ),
        ("assert next(f()) == 1", "def f(): return iter(())", FAILED),
        ("x = []\nx.append(f(x))\nassert x == [[3]]", "def f(x):\n    x.append(x)\n    return x", FAILED),
    ],
)
def test_values_do_not_hurt_the_tests(tests: str, program: str, outcomes: set[Outcome]) -> None:
    """Values that exhaust, crash or confuse the code of a test make a failed sample, never a fault of ours."""
    level = next((level for level in levels.LEVELS if levels.probe(level, HURRIED).holds), None)
    if level is None:
        pytest.skip("no level of isolation holds here")
    suite = wire.Suite(
        key="values", tests=CodeTests(source=tests, prelude="", calls=("f",)), reference="def f(*_): return 3"
    )
    sound = Work(token=1, suite=corpus.TASK, source=corpus.TASK.reference)
    with Pool(level, HURRIED, workers=1) as pool:
        works = iter([Work(token=0, suite=suite, source=program), sound])
        answers = {answer.token: answer for answer in pool.answers(works)}
    judged, after = answers[0], answers[1]
    assert isinstance(judged, Judged)
    assert judged.outcome in outcomes, _told(judged)
    assert isinstance(after, Judged)
    assert after.outcome is Outcome.passed, _told(after)
