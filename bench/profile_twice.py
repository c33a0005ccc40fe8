"""`isocost profile --sweep` run twice: what it takes, and how far the second differs from the first.

    python -m bench.profile_twice [--sweep small] [--rounds 12] [--keep FOLDER]

Ends with 1 where a bar is missed: 5 minutes each; the exponents, each size's time of a step and each ratio of it to the
roofline within 15% of each other. Wants an idle machine, and the extra `llamacpp`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from isocost.study.profiling.profile_file import read_profile
from isocost.study.profiling.profile_record import Profile

MOST_SECONDS = 300.0
MOST_DIFFERENCE = 0.15


def main() -> int:
    """Run both, print the table, and say whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sweep", default="small", help="family to sweep")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--threads", type=int, default=0, help="threads; 0 is the default of isocost profile")
    parser.add_argument("--keep", type=Path, help="folder in which both profiles are left")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = told.keep or Path(folder)
        first, second = (_run(place / f"profile-{number}.json", told) for number in (1, 2))
    missed = _compare(first, second)
    print("all bars hold" if not missed else f"missed: {'; '.join(missed)}")
    return 1 if missed else 0


def _run(path: Path, told: argparse.Namespace) -> tuple[Profile, float]:
    started = time.perf_counter()
    threads = ["--threads", str(told.threads)] if told.threads else []
    subprocess.run(
        [sys.executable, "-m", "isocost", "profile", "--sweep", told.sweep, "--rounds", str(told.rounds), "--out", path,
         *threads], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return read_profile(path), time.perf_counter() - started


def _compare(first: tuple[Profile, float], second: tuple[Profile, float]) -> list[str]:
    missed = []
    for number, (profile, seconds) in enumerate((first, second), 1):
        if seconds > MOST_SECONDS:
            missed.append(f"run {number} took {seconds:.0f} s")
        law = profile.scaling.tpot if profile.scaling else None
        terms = profile.scaling.tpot_terms if profile.scaling else None
        device = profile.device
        if law and terms and device:
            print(
                f"run {number}: {seconds:.0f} s, {profile.rounds} rounds, TPOT ~ parameters^{law.exponent:.3f} "
                f"[{law.low:.3f}, {law.high:.3f}], R2 {law.r_squared:.4f}, left out {law.left_out_mean:.0%}; "
                f"{terms.layer_seconds * 1e6:.1f} us a layer + bytes / {(terms.bytes_per_second or 0) / 1e9:.1f} GB/s, "
                f"left out {terms.left_out_mean:.1%}; reads {device.bytes_per_second.value / 1e9:.1f} GB/s, "
                f"computes {device.flops_per_second.value / 1e9:.0f} GFLOP/s; "
                f"calm rounds {[model.batches[0].calm for model in profile.models]}; "
                f"spin {profile.spin_seconds.median * 1e3:.1f} ms, CV {profile.spin_seconds.cv or 0:.0%}"
            )
    pairs: list[tuple[str, float, float]] = []
    if first[0].scaling and second[0].scaling:
        pairs.append(("exponent of TPOT", first[0].scaling.tpot.exponent, second[0].scaling.tpot.exponent))
        pairs.append(("exponent of TTFT", first[0].scaling.ttft.exponent, second[0].scaling.ttft.exponent))
    for one, other in zip(first[0].models, second[0].models, strict=True):
        a, b = one.batches[0], other.batches[0]
        if a.tpot_seconds and b.tpot_seconds:
            pairs.append((f"{one.name}: TPOT ms", a.tpot_seconds.median * 1e3, b.tpot_seconds.median * 1e3))
        if a.tpot_ratio and b.tpot_ratio:
            pairs.append((f"{one.name}: TPOT/roofline", a.tpot_ratio, b.tpot_ratio))
        if a.ttft_ratio and b.ttft_ratio:
            pairs.append((f"{one.name}: TTFT/roofline", a.ttft_ratio, b.ttft_ratio))
    for what, before, after in pairs:
        share = after / before - 1.0
        late = abs(share) > MOST_DIFFERENCE
        print(f"{what:<36}{before:>10.3f}{after:>10.3f}{share:>+8.1%}{'  missed' if late else ''}")
        if late:
            missed.append(f"{what} {share:+.0%}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
