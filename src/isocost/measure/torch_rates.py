"""How fast a device multiplies and reads, by torch: `python -m isocost.measure.torch_rates DEVICE DTYPE THREADS`.

As `isocost.measure.cpu_rates`, for the types and devices that torch has. A GPU is timed by its own events.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

PASSES = 5
"""Passes of each kind in one answer, of which the fastest counts: a rate is a limit."""
SIDES = {"cpu": 768, "cuda": 8192}
"""Side of the square matrices of a product."""
ROWS = {"cpu": 16384, "cuda": 262144}
"""Rows of the matrix that is read once in a matrix-vector product; it has 8,192 columns."""
COLUMNS = 8192
DTYPES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}
"""Types, each with its name in torch."""


def serve(device: str, dtype: str, threads: int) -> None:
    """Answer until stdin ends."""
    import torch

    torch.set_grad_enabled(False)
    if device == "cpu":
        torch.set_num_threads(threads)
    kind = getattr(torch, DTYPES[dtype])
    side = SIDES[device]
    square = torch.full((side, side), 0.5, dtype=kind, device=device)
    product = torch.empty_like(square)
    matrix = torch.ones((ROWS[device], COLUMNS), dtype=kind, device=device)
    vector, result = (
        torch.ones(COLUMNS, dtype=kind, device=device),
        torch.empty(ROWS[device], dtype=kind, device=device),
    )
    where = torch.cuda.get_device_name() if device == "cuda" else f"cpu, {threads} threads"
    hello = {
        "name": where if device == "cuda" else f"cpu-{threads}thread-{dtype}",
        "dtype": dtype,
        "flops": f"{dtype} matrix product of side {side} by torch {torch.__version__} on {where}",
        "bytes": f"{dtype} matrix-vector product by torch {torch.__version__} on {where}",
    }
    if device == "cuda":
        hello["memory_bytes"] = str(torch.cuda.get_device_properties(0).total_memory)
    _say(json.dumps(hello))
    read = matrix.numel() * matrix.element_size()
    for _ in sys.stdin:
        flops = 2 * side**3 / _least_seconds(lambda: torch.matmul(square, square, out=product), device)
        streamed = read / _least_seconds(lambda: torch.mv(matrix, vector, out=result), device)
        _say(f"{flops:.6g} {streamed:.6g}")


def _least_seconds(work: Callable[[], object], device: str) -> float:
    """Seconds of one pass, after one that is not counted."""
    work()
    return min((_on_gpu if device == "cuda" else _on_cpu)(work) for _ in range(PASSES))


def _on_cpu(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _on_gpu(work: Callable[[], object]) -> float:
    import torch

    before, after = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    before.record()
    work()
    after.record()
    after.synchronize()
    return float(before.elapsed_time(after)) / 1e3


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
