"""The first contenders of the judging race: three ways to run trusted programs, written from scratch for a fair race.

Every contender takes the same programs (reference solution and tests in one text) and a number of workers, and gives
back for each program's id whether it ran to its end. None of them keeps the tests away from the program: they are what
isocost's judge is measured against, not ways to judge what nobody trusts. Only reference solutions of public
benchmarks are ever given to them.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import mmap
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.managers import ListProxy
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import FrameType
from typing import NoReturn

SECONDS_ALLOWED = 30.0

type_of_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Program:
    """One trusted program: a reference solution, and the same text followed by its tests."""

    id: str
    solution: str
    with_tests: str


Passed = dict[str, bool]
Contender = Callable[[Sequence[Program], int], Passed]

SELF_INVOKING = {
    "mbpp-pro": ("mbpp_pro.json", "MBPPPro"),
    "humaneval-pro": ("humaneval_pro.json", "HumanEvalPro"),
}


def load_programs(benchmark: str, folder: Path) -> list[Program]:
    """The references of a self-invoking benchmark, `mbpp-pro` or `humaneval-pro`, read from `folder`."""
    file, prefix = SELF_INVOKING[benchmark]
    programs = []
    for row in json.loads((folder / file).read_text(encoding="utf-8")):
        base, harder = row["raw_problem"] + row["raw_solution"], row["new_problem"] + row["new_solution"]
        solution = f"{base}\n{harder}"
        programs.append(
            Program(id=f"{prefix}/{row['id']}", solution=solution, with_tests=f"{solution}\n{row['test_code']}")
        )
    return programs


# ------------------------------------------------------------------------------- (a) `python file.py` per program


def python_per_program_in_turn(programs: Sequence[Program], workers: int) -> Passed:
    """(a) One `python file.py` for each program, one after the other; `workers` is ignored."""
    del workers
    with tempfile.TemporaryDirectory() as folder:
        return {program.id: _python_file(program, Path(folder)) for program in programs}


def python_per_program(programs: Sequence[Program], workers: int) -> Passed:
    """(a) One `python file.py` for each program, as many at a time as there are workers."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        runs = {program.id: pool.submit(_python_file, program, Path(folder)) for program in programs}
        return {program_id: run.result() for program_id, run in runs.items()}


def _python_file(program: Program, folder: Path) -> bool:
    file = folder / (program.id.replace("/", "_") + ".py")
    file.write_text(program.with_tests, encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, file],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS_ALLOWED,
            cwd=folder,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


# ------------------------------------------------------- (b) a forked process and a Manager for each program


def manager_per_program(programs: Sequence[Program], workers: int) -> Passed:
    """(b) One forked process for each program, which disarms its builtins and answers through a Manager's list.

    This is the shape of the best known harness: a pool of threads, and in each thread, per program, one Manager (a
    process of its own) and one process for the program.
    """
    with ThreadPoolExecutor(workers) as pool:
        runs = {program.id: pool.submit(_in_process_with_manager, program) for program in programs}
        return {program_id: run.result() for program_id, run in runs.items()}


def _in_process_with_manager(program: Program) -> bool:
    with type_of_fork.Manager() as manager:
        answers: ListProxy[str] = manager.list()
        process = type_of_fork.Process(target=_guarded, args=(program.with_tests, answers))
        process.start()
        process.join(SECONDS_ALLOWED + 1)
        if process.is_alive():
            process.kill()
            process.join()
        return list(answers) == ["passed"]


def _guarded(text: str, answers: ListProxy[str]) -> None:
    """Run a program in a scratch folder, silent, under an alarm and without dangerous functions; say how it ended."""
    remove_tree, back_to = shutil.rmtree, os.chdir
    start, scratch = Path.cwd(), tempfile.mkdtemp()
    back_to(scratch)
    try:
        disarm()
        with silence(), alarm(SECONDS_ALLOWED):
            exec(compile(text, "<program>", "exec"), {"__name__": "__main__"})
        answers.append("passed")
    except BaseException as error:
        answers.append(f"failed: {error!r}")
    finally:
        back_to(start)
        rearm()
        remove_tree(scratch)


_DANGEROUS = {
    os: "kill killpg system fork forkpty remove unlink rmdir removedirs rename renames replace truncate chmod chown "
    "chroot fchmod fchown lchown setuid putenv chdir fchdir link symlink",
    shutil: "rmtree move chown",
    subprocess: "Popen",
}
_taken_away: list[tuple[object, str, object]] = []


def disarm() -> None:
    """Take away what a careless program breaks things with; its like is a seat belt, not a sandbox."""
    import builtins

    for module, names in {**_DANGEROUS, builtins: "exit quit help"}.items():
        for name in names.split():
            if hasattr(module, name):
                _taken_away.append((module, name, getattr(module, name)))
                setattr(module, name, None)
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it then fails, which is the purpose


def rearm() -> None:
    """Give back what `disarm` took."""
    while _taken_away:
        module, name, function = _taken_away.pop()
        setattr(module, name, function)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep what is printed from the terminal."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the program after so many wall-clock seconds."""

    def ring(_number: int, _frame: FrameType | None) -> NoReturn:
        raise TimeoutError(f"longer than {seconds} s")

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


# --------------------------------------------------------------------------------- (c) the machine's own limit


def bare_fork(programs: Sequence[Program], workers: int) -> Passed:
    """(c) Fork, compile, exec, exit, wait: what the machine can do at most. No limits, no clocks, no isolation.

    Each worker is a warm process with one thread that forks once for each program; the workers share a counter, so
    that a long program holds up nobody but its own worker.
    """
    ended_well = mmap.mmap(-1, max(1, len(programs)))
    taken = type_of_fork.Value("l", 0)
    forkers = [type_of_fork.Process(target=_fork_each, args=(programs, taken, ended_well)) for _ in range(workers)]
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every inherited page
    try:
        for forker in forkers:
            forker.start()
        for forker in forkers:
            forker.join()
    finally:
        gc.unfreeze()
    return {program.id: ended_well[place] == 1 for place, program in enumerate(programs)}


def _fork_each(programs: Sequence[Program], taken: Synchronized[int], ended_well: mmap.mmap) -> None:
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    while True:
        with taken.get_lock():
            place = taken.value
            taken.value = place + 1
        if place >= len(programs):
            return
        child = os.fork()
        if child == 0:
            _execute_and_exit(programs[place].with_tests)
        _, status = os.waitpid(child, 0)
        ended_well[place] = status == 0


def _execute_and_exit(text: str) -> NoReturn:
    try:
        exec(compile(text, "<program>", "exec"), {"__name__": "__main__"})
    except BaseException:
        os._exit(1)
    os._exit(0)
