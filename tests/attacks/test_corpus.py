"""The attack corpus, at each level and as each kind of user: nothing forged passes, nothing escapes, nothing is left."""

from __future__ import annotations

import collections
import os
import subprocess
import tokenize
from typing import NamedTuple

import msgspec
import pytest
from tests.attacks import corpus
from tests.attacks.judging import CORPUS, HURRIED, Judged, Run, judge_corpus

from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import CodeTests, Isolation, Outcome
from isocost.sandbox import levels

LEAST = {"forgery": 120, "resources": 40, "host": 45, "odd": 50, "honest": 70}


class Lane(NamedTuple):
    """Who runs the corpus, and at which level."""

    level: Isolation
    who: str = "as we are"

    def __str__(self) -> str:
        return f"{self.level}, {self.who}"


ORDINARY, DENIED = "an ordinary user", "namespaces denied"
LANES = [
    Lane(Isolation.strong),
    Lane(Isolation.contained),
    pytest.param(Lane(Isolation.strong, ORDINARY), marks=pytest.mark.root),
    pytest.param(Lane(Isolation.contained, ORDINARY), marks=pytest.mark.root),
    pytest.param(Lane(Isolation.contained, DENIED), marks=pytest.mark.namespaces),
]


@pytest.fixture(scope="module", params=LANES, ids=str)
def run(request: pytest.FixtureRequest) -> Run:
    """Judge the corpus at a level that holds; skip one that does not start; let none loose where one leaks."""
    lane: Lane = request.param
    found = judge_corpus(lane.level) if lane.who == "as we are" else _run_as(lane, request)
    if found.does_not_start is not None:
        pytest.skip(f"{lane.level} does not start here: {found.does_not_start}")
    if found.does_not_hold is not None:
        pytest.fail(f"{lane.level} does not hold here, so no attack is run: {found.does_not_hold}")
    if lane.who == DENIED:
        assert found.chosen is Isolation.contained
    return found


def _run_as(lane: Lane, request: pytest.FixtureRequest) -> Run:
    """Judge the corpus in a process of another user, or of one that may make no namespaces."""
    python, packages = request.getfixturevalue("python_of_everybody"), request.getfixturevalue("packages")
    shell = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"'
    become = {
        ORDINARY: ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"],
        DENIED: ["unshare", "--user", "--map-root-user", "sh", "-c", shell],
    }[lane.who]
    environment = {"PYTHONPATH": str(packages), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*become, python, "-m", "tests.attacks.judging", lane.level],
        capture_output=True, env=environment, cwd="/", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return msgspec.json.decode(done.stdout, type=Run)


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
