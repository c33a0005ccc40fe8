"""A contender of the judging race: one forked process for each program, which answers through shared memory.

This is the shape of the harness that judges with more tests: a pool of worker processes, and in each, per program, one
process with a shared number for how it ended and a shared array for how each test went. The process takes away
dangerous functions, bounds its memory, works in a scratch folder, and runs under an alarm; its parent waits a little
longer and kills it.
"""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from ctypes import c_bool
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from pathlib import Path

from bench.peers import SECONDS_ALLOWED, Passed, Program, alarm, disarm, rearm, silence, type_of_fork

_MEMORY_BYTES = 4 << 30
_UNKNOWN, _PASSED, _FAILED = range(3)


def shared_memory_per_program(programs: Sequence[Program], workers: int) -> Passed:
    """(d) One forked process for each program, with shared memory for its answer, from a pool of worker processes."""
    with ProcessPoolExecutor(workers, mp_context=type_of_fork) as pool:
        runs = {program.id: pool.submit(_in_process, program.with_tests) for program in programs}
        return {program_id: run.result() for program_id, run in runs.items()}


def _in_process(text: str) -> bool:
    progress, status = type_of_fork.Value("i", 0), type_of_fork.Value("i", _UNKNOWN)
    details = type_of_fork.Array(c_bool, [False])
    process = type_of_fork.Process(target=_guarded, args=(text, progress, status, details))
    process.start()
    process.join(SECONDS_ALLOWED + 1)
    if process.is_alive():
        process.kill()
        process.join()
    return status.value == _PASSED and all(details[: progress.value]) and progress.value == len(details)


def _guarded(
    text: str, progress: Synchronized[int], status: Synchronized[int], details: SynchronizedArray[bool]
) -> None:
    remove_tree, back_to = shutil.rmtree, os.chdir
    start, scratch = Path.cwd(), tempfile.mkdtemp()
    back_to(scratch)
    try:
        for what in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            resource.setrlimit(what, (_MEMORY_BYTES, _MEMORY_BYTES))
        disarm()
        try:
            with silence(), alarm(SECONDS_ALLOWED):
                exec(compile(text, "<program>", "exec"), {"__name__": "__main__"})
        except BaseException:
            status.value = _FAILED
        else:
            details[0] = True
            progress.value = 1
            status.value = _PASSED
    finally:
        back_to(start)
        rearm()
        remove_tree(scratch)
