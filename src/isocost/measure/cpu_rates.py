"""How fast a CPU multiplies and reads, by numpy, in a process of its own: `python -m isocost.measure.cpu_rates THREADS`.

It says in one line of JSON what it measures, and then answers each line on stdin with one line of two numbers: FLOPs and
bytes a second. BLAS gets one thread (the caller
sets that in the environment, for it counts only before numpy is loaded) and each of our threads calls it on a piece of
its own, so that any number of threads is measured in the same way.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

STREAM_BYTES = 256 << 20
"""Bytes that a reading pass goes over: several times any cache that we know."""
SIDE = 768
"""Side of the matrices; each thread has three of some 2 MB."""
PASSES = 5
"""Passes of each kind in one answer, of which the fastest counts: a rate is a limit (as in McCalpin's STREAM)."""


def serve(threads: int) -> None:
    """Answer until stdin ends."""
    half = STREAM_BYTES // 4 // 2
    left, right = np.ones(half, np.float32), np.ones(half, np.float32)
    pieces = list(zip(np.array_split(left, threads), np.array_split(right, threads), strict=True))
    matrices = [np.full((SIDE, SIDE), 0.5, np.float32) for _ in range(threads)]
    products = [np.empty((SIDE, SIDE), np.float32) for _ in range(threads)]

    def multiply(index: int) -> None:
        np.matmul(matrices[index], matrices[index], out=products[index])

    def read(index: int) -> None:
        np.dot(*pieces[index])

    how = f"numpy {np.__version__}, {threads} thread{'s' if threads > 1 else ''}"
    hello = {
        "name": f"cpu-{threads}thread-fp32", "dtype": "fp32", "flops": f"fp32 matrix product by {how}",
        "bytes": f"scalar product of fp32 vectors of {STREAM_BYTES >> 20} MiB by {how}",
    }  # fmt: skip
    sys.stdout.write(json.dumps(hello) + "\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        flops = threads * 2 * SIDE**3 / _least_seconds(multiply, threads)
        streamed = STREAM_BYTES / _least_seconds(read, threads)
        sys.stdout.write(f"{flops:.6g} {streamed:.6g}\n")
        sys.stdout.flush()


def _least_seconds(work: Callable[[int], None], threads: int) -> float:
    """Seconds until all threads have done one pass, after one pass that is not counted."""
    _all(work, threads)
    seconds = []
    for _ in range(PASSES):
        started = time.perf_counter()
        _all(work, threads)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _all(work: Callable[[int], None], threads: int) -> None:
    if threads == 1:
        work(0)
        return
    workers: Sequence[threading.Thread] = [threading.Thread(target=work, args=(index,)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
