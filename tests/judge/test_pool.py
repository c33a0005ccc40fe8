"""The pool: every program gets its verdict once, whatever happens to the processes that judge."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.judge.judge_parts import POLICY, cases, code, judged, suite_of, works

from isocost.judge import pool as pools
from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import Isolation, Outcome

DOUBLES = suite_of(code("assert f(1) == 2\nassert f(21) == 42"), "def f(x): return 2 * x")
RIGHT, WRONG, FAILS = "def f(x): return 2 * x\n", "def f(x): return x\n", "def f(x): return 1 / 0\n"
SLOW = "import time\ntime.sleep(0.02)\n" + RIGHT
EXPECTED = {
    RIGHT: Outcome.passed,
    SLOW: Outcome.passed,
    WRONG: Outcome.wrong_answer,
    FAILS: Outcome.runtime_error,
}


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _workers() -> list[int]:
    """Judge processes of this process."""
    found = []
    for pid in _children(os.getpid()):
        with contextlib.suppress(OSError):
            if b"isocost.judge.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def _kill(pid: int, number: int = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _mixed(count: int) -> list[str]:
    return [list(EXPECTED)[token % len(EXPECTED)] for token in range(count)]


def _assert_right(answers: dict[int, wire.Judged], sources: list[str]) -> None:
    found = [answers[token].outcome for token in range(len(sources))]
    assert found == [EXPECTED[source] for source in sources]


def test_each_program_is_answered_once(pool: Pool) -> None:
    """More programs than a batch, and a second use of the same pool."""
    for count in (100, 1, 7):
        sources = _mixed(count)
        _assert_right(judged(pool, works((DOUBLES, source) for source in sources)), sources)


def test_no_work_starts_nothing(pool: Pool) -> None:
    """Nothing to do costs no process."""
    assert judged(pool, []) == {}
    assert not _workers()


def test_more_workers_than_programs(level: Isolation) -> None:
    """Idle workers do no harm."""
    with Pool(level, POLICY, 5) as pool:
        _assert_right(judged(pool, works([(DOUBLES, RIGHT), (DOUBLES, WRONG)])), [RIGHT, WRONG])
    assert not _workers()


def test_endless_works_are_pulled_as_they_are_needed(pool: Pool) -> None:
    """Works may come from an iterator that never ends: only so many are taken as there is room for."""
    pulled = itertools.count()

    def endless() -> Iterator[Work]:
        for token in pulled:
            yield Work(token=token, suite=DOUBLES, source=RIGHT)

    answers = list(itertools.islice(pool.answers(endless()), 200))
    assert len({answer.token for answer in answers}) == 200
    assert next(pulled) <= 200 + pool.workers * 4 * pools.BATCH


def test_more_test_sets_than_a_worker_keeps(level: Isolation) -> None:
    """A test set that a worker has let go of is told again."""
    count = wire.SUITES_KEPT + 40
    suites = [suite_of(code(f"assert f({number}) == {number}")) for number in range(count)]
    programs = [(suite, "def f(x): return x\n") for suite in suites * 2]
    with Pool(level, POLICY, 1) as pool:
        answers = judged(pool, works(programs))
    assert {answer.outcome for answer in answers.values()} == {Outcome.passed}


def test_expected_values_are_asked_of_the_reference(pool: Pool) -> None:
    """A work without a source gives the reference's values; one that fails gives the reason."""
    asked = [
        Work(token=0, suite=suite_of(cases([[1], [2]]), "def f(x): return (x,)"), source=None),
        Work(token=1, suite=suite_of(cases([[1], [0]]), "def f(x): return 1 / x"), source=None),
    ]
    found = {answer.token: answer for answer in pool.answers(iter(asked))}
    first, second = found[0], found[1]
    assert isinstance(first, wire.Expected)
    assert isinstance(second, wire.Expected)
    assert (first.values, first.reason) == ('[{"t":[1]},{"t":[2]}]', None)
    assert second.values is None
    assert "fails on its own inputs" in str(second.reason)


def test_a_limit_widens_where_the_reference_needs_more(pool: Pool) -> None:
    """A program that runs out of time is measured against the reference's own time before it is judged."""
    slow = "def f(x):\n    import time\n    end = time.process_time() + {}\n    while time.process_time() < end: pass\n    return x\n"
    suite = suite_of(code("assert f(1) == 1"), slow.format(0.4))
    answer = judged(pool, works([(suite, slow.format(1.6))]))[0]
    assert answer.outcome is Outcome.passed
    assert answer.limits.cpu_seconds >= 4
    alone = suite_of(code("assert f(1) == 1"), "def f(x): return x")
    assert judged(pool, works([(alone, slow.format(1.6))]))[0].outcome is Outcome.time_limit


@pytest.mark.parametrize("victims", ["worker", "zygote", "both"])
def test_killed_processes_cost_no_verdict(level: Isolation, victims: str) -> None:
    """A judge process, its sandbox, or both, killed again and again: every program gets its right verdict, once."""
    draw = random.Random(victims)
    sources = [SLOW if source == RIGHT else source for source in _mixed(200)]
    seen: set[int] = set()
    kills = 0
    with Pool(level, POLICY, 2) as pool:
        for answer in pool.answers(iter(works((DOUBLES, source) for source in sources))):
            assert isinstance(answer, wire.Judged)
            assert answer.token not in seen
            seen.add(answer.token)
            assert answer.outcome is EXPECTED[sources[answer.token]], answer
            if len(seen) % 40 == 0 and (workers := _workers()):
                worker = draw.choice(workers)
                below = _children(worker)
                kills += 1
                for pid in ([] if victims == "worker" else below) + ([] if victims == "zygote" else [worker]):
                    _kill(pid)
    assert len(seen) == len(sources)
    assert kills >= 3
    assert not _workers()


def test_a_frozen_worker_is_noticed(level: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A judge process that is stopped gives no sign of life; what it had is judged by another."""
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", 3.0)
    sources = [SLOW] * 60
    answers: dict[int, wire.Judged] = {}
    with Pool(level, POLICY, 2) as pool:
        for answer in pool.answers(iter(works((DOUBLES, source) for source in sources))):
            assert isinstance(answer, wire.Judged)
            assert answer.token not in answers
            if not answers:
                _kill(_workers()[0], signal.SIGSTOP)
            answers[answer.token] = answer
        assert len(_workers()) == 2
    _assert_right(answers, sources)


def test_a_slow_program_is_no_sign_of_death(level: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits for a program shows that it lives, longer than silence would be borne."""
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", 1.6)
    source = "import time\ntime.sleep(30)\n"
    with Pool(level, POLICY.__class__(cpu_seconds=1.0, wall_factor=4.0), 1) as pool:
        answer = judged(pool, works([(DOUBLES, source)]))[0]
    assert answer.outcome is Outcome.time_limit
    assert answer.facts is not None, "given up, not judged"


def test_tests_stuck_in_one_c_call_are_given_up(level: Isolation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that keeps a C function of the tests busy for ever costs its own program a verdict, and no other."""
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", 2.0)
    stuck = suite_of(code("assert sum(x for x in [1]) == 1\nassert (10 ** f(1)) > 0"))
    asked = works([(DOUBLES, RIGHT)] * 20 + [(stuck, "def f(x): return 10 ** 9\n")] + [(DOUBLES, RIGHT)] * 20)
    with Pool(level, POLICY, 2) as pool:
        answers = judged(pool, asked)
    assert answers.pop(20).outcome in (Outcome.time_limit, Outcome.wrong_answer)
    assert {answer.outcome for answer in answers.values()} == {Outcome.passed}


def test_closing_in_the_middle_leaves_nothing(level: Isolation, capfd: pytest.CaptureFixture[str]) -> None:
    """Workers, sandboxes and programs end with the pool, silently, also when much is still to be done."""
    with Pool(level, POLICY, 2) as pool:
        answers = pool.answers(iter(works((DOUBLES, "import time\ntime.sleep(0.3)\n" + RIGHT) for _ in range(100))))
        next(answers)
        below = [pid for worker in _workers() for pid in (worker, *_children(worker))]
    assert below
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in below) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]
    assert capfd.readouterr().err == ""
