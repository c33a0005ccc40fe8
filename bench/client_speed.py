"""The client of the `openai` backend beside a bare-socket reader of the same stream and beside other clients.

    python -m bench.client_speed [--requests 600] [--rounds 3] [--throughput 2000]

The scripted HTTP server gives 100 tokens for each request, the first after 20 ms, then one every 5 ms. Two bars, exit 1
where one is missed:

  CPU         seconds of the client's CPU for each request, at most 3 times those of the bare reader (one thread, one
              `selectors` loop, splitting events and decoding each as JSON): medians of interleaved rounds, 64 at once,
              each contender in a process of its own, what it takes to start left out.
  throughput  2,000 requests to a server that takes 64 at once and answers 429 above that, the client not knowing the
              number: at most 1.15 times the ideal time, from the moment that 64 are first on their way. Ideal is the
              work left at that moment over 64.

`openai` and `httpx` are measured where they are installed (`pip install openai httpx`; they are no dependency). Clients
that ask one at a time stand below.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.client_contenders import CONTENDERS, NEEDS, ONE_AT_A_TIME, backend_replies

MOST_CPU, MOST_TIME = 3.0, 1.15
TTFT, TPOT, TOKENS, AT_ONCE = 0.020, 0.005, 100, 64
_SERVICE = TTFT + (TOKENS - 1) * TPOT


def main() -> int:
    """Measure all and print two tables; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.client_speed", description="CPU and throughput of the client"
    )
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--throughput", type=int, default=2000)
    parser.add_argument("--contender", choices=sorted(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender:
        sys.stdout.write(json.dumps(CONTENDERS[given.contender](given.url, given.requests)) + "\n")
        return 0
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} before")
    faults = _cpu(given.requests, given.rounds) + _throughput(given.throughput)
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


@contextmanager
def _server(*more: str) -> Iterator[str]:
    pace = ["--ttft-ms", str(TTFT * 1000), "--tpot-ms", str(TPOT * 1000), "--tokens", str(TOKENS)]
    command = [sys.executable, "-m", "isocost.backends.scripted.http_server", *pace, "--with-parent", *more]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


def _cpu(requests: int, rounds: int) -> list[str]:
    missing = {name: module for name, module in NEEDS.items() if importlib.util.find_spec(module) is None}
    names = [name for name in CONTENDERS if name not in missing]
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    with _server() as url:
        for _ in range(rounds):
            for name in names:
                asked = 30 if name in ONE_AT_A_TIME else requests
                command = [sys.executable, "-m", "bench.client_speed", "--contender", name, "--url", url]
                done = subprocess.run(
                    [*command, "--requests", str(asked)], stdout=subprocess.PIPE, text=True, check=True, timeout=600
                )
                seen[name].append(json.loads(done.stdout))
    bare = statistics.median(one["cpu"] for one in seen["bare"])
    print(f"\n{'client':<22}{'at once':>8}{'CPU ms/request':>16}{'of bare':>9}{'requests/s':>12}{'of ideal':>10}")
    for name in names:
        at_once = 1 if name in ONE_AT_A_TIME else AT_ONCE
        cpu = statistics.median(one["cpu"] for one in seen[name])
        rate = statistics.median(one["rate"] for one in seen[name])
        share = rate * _SERVICE / at_once
        print(f"{name:<22}{at_once:>8}{1000 * cpu:>16.2f}{cpu / bare:>9.2f}{rate:>12.1f}{share:>10.3f}", flush=True)
    for name, module in missing.items():
        print(f"{name:<22} not measured: {module} is not installed")
    ours = statistics.median(one["cpu"] for one in seen["isocost"]) / bare
    return [f"CPU: {ours:.2f} times the bare reader's, expected at most {MOST_CPU}"] if ours > MOST_CPU else []


def _throughput(requests: int) -> list[str]:
    with _server("--at-once", str(AT_ONCE)) as url:
        replies = backend_replies(url, requests, concurrency=None)
    if len({reply.id for reply in replies}) != requests:
        return [f"throughput: {len(replies)} replies to {requests} requests"]
    spans = [(reply.timing.started or 0.0, reply.timing.total_seconds or 0.0) for reply in replies]
    begun, ended = min(start for start, _ in spans), max(start + total for start, total in spans)
    full = _first_full(spans)
    if full is None:
        return [f"throughput: there were never {AT_ONCE} on their way"]
    left = sum(min(_SERVICE, max(0.0, start + _SERVICE - full)) for start, _ in spans)
    ratio = (ended - full) / (left / AT_ONCE)
    refused = sum(reply.attempts - 1 for reply in replies)
    print(
        f"\n{requests} requests, {AT_ONCE} at once: {full - begun:.2f} s until {AT_ONCE} were on their way, then "
        f"{ended - full:.2f} s, {ratio:.3f} times the ideal {left / AT_ONCE:.2f} s; all together {ended - begun:.2f} s, "
        f"{(ended - begun) / (requests * _SERVICE / AT_ONCE):.3f} times the ideal without a ramp; {refused} refused"
    )
    ttft = statistics.median(reply.timing.ttft_seconds or 0.0 for reply in replies)
    tpot = statistics.median(reply.timing.tpot_seconds or 0.0 for reply in replies)
    print(f"as the client saw it, medians: first token {1000 * ttft:.1f} ms, then {1000 * tpot:.3f} ms for each")
    return [f"throughput: {ratio:.3f} times the ideal time, expected {MOST_TIME}"] if ratio > MOST_TIME else []


def _first_full(spans: list[tuple[float, float]]) -> float | None:
    """When the server's limit was first used in full."""
    changes = sorted([(start, 1) for start, _ in spans] + [(start + total, -1) for start, total in spans])
    on_their_way = 0
    for moment, change in changes:
        on_their_way += change
        if on_their_way >= AT_ONCE:
            return moment
    return None


if __name__ == "__main__":
    sys.exit(main())
