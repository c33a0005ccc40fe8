"""The benchmarks that isocost knows by name: their files, homes, hashes, rungs and ids."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources

from isocost.benchmarks.ids import Ids
from isocost.benchmarks.shapes import Shape
from isocost.benchmarks.source import Pin


@dataclass(frozen=True)
class Entry:
    """What is known of a benchmark before its file is read."""

    ids: Ids
    """Its name, and the forms of its ids."""
    rung: int
    """Rung of its problems."""
    shape: Shape
    """Shape of its rows."""
    pins: tuple[Pin, ...] = ()
    """The published files that hold it, the preferred one first."""
    shipped: tuple[str, ...] = ()
    """Files inside the package, the lowest rung first, where it is isocost's own."""
    base_id: Callable[[str], str] = field(default=str)
    """From a problem's canonical id to its base problem's."""
    numbers: range | None = None
    """The numbers that belong to it, where it is a part of its file."""


_HUMAN_EVAL = "https://raw.githubusercontent.com/openai/human-eval/6d43fb980f9fee3c892a914eda09951f772ad10d/data/"
_GOOGLE = "https://raw.githubusercontent.com/google-research/google-research/"
_PRO = "https://raw.githubusercontent.com/CodeEval-Pro/CodeEval-Pro/36f292eafc597b38535fbc8b4aafea8e5c654e3c/dataset/"
_PLUS = "https://github.com/evalplus/{name}_release/releases/download/{version}/{file}.jsonl.gz"
# No revision is known for a mirror whose address says `main`: there the hash alone vouches for the bytes.
_MIRROR = "{hub}/datasets/Muennighoff/mbpp/resolve/main/data/"

HUMAN_EVAL = Pin(
    file="HumanEval.jsonl.gz",
    version="6d43fb9",
    sha256="b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef",
    homes=(_HUMAN_EVAL + "HumanEval.jsonl.gz",),
)
MBPP = Pin(
    file="mbpp.jsonl",
    version="f82046b",
    sha256="ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f",
    homes=(_GOOGLE + "f82046ba5aabbbb427dbfd38a254d26bff08b533/mbpp/mbpp.jsonl", _MIRROR + "mbpp.jsonl"),
)
MBPP_SANITIZED = Pin(
    file="sanitized-mbpp.json",
    version="ec7c3d3",
    sha256="ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9",
    homes=(
        _GOOGLE + "ec7c3d346277b737bc2decffcd1b533d4b7ec105/mbpp/sanitized-mbpp.json",
        _MIRROR + "sanitized-mbpp.json",
    ),
)
HUMAN_EVAL_PLUS = (
    Pin(
        file="HumanEvalPlus-v0.1.10.jsonl.gz",
        version="v0.1.10",
        sha256="272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101",
        homes=(_PLUS.format(name="humanevalplus", version="v0.1.10", file="HumanEvalPlus"),),
    ),
    Pin(
        file="HumanEvalPlus-v0.1.10.jsonl",
        version="v0.1.10",
        sha256="42526ec0e7d5f3ee0b06d6ced98f8c8bae3d76519151bfb3d36f79010645bd7f",
    ),
    Pin(file="HumanEvalPlus-v0.1.9.jsonl.gz", version="v0.1.9"),
    Pin(file="HumanEvalPlus-v0.1.9.jsonl", version="v0.1.9"),
)
MBPP_PLUS = (
    Pin(
        file="MbppPlus-v0.1.0.jsonl",
        version="v0.1.0",
        sha256="a855b9de667baea8e2f8aa61f898767a7336872208a85222b35622545e819fe9",
        homes=("https://github.com/ganler/release/releases/download/humanevalplus/MbppPlus-v0.1.0.jsonl.gz",),
        packed=True,
    ),
    Pin(
        file="MbppPlus-v0.1.0.jsonl.gz",
        version="v0.1.0",
        sha256="57d639e77667d88930052b2b07212011c25c0bab94dfc1f19d15e1f7f558bfa9",
    ),
    Pin(
        file="MbppPlus-v0.2.0.jsonl.gz",
        version="v0.2.0",
        sha256="af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63",
    ),
    Pin(
        file="MbppPlus-v0.2.0.jsonl",
        version="v0.2.0",
        sha256="b54e762755248ca411b523c917fa9f93c07b5ff2966bf60b3917b853926a3dad",
    ),
)


def _pro_pin(file: str, sha256: str, hub: str) -> Pin:
    """Pin a file of CodeEval-Pro: its repository at a commit, then its data set on the Hub at a revision."""
    return Pin(file=file, version="36f292e", sha256=sha256, homes=(_PRO + file, f"{{hub}}/datasets/{hub}/{file}"))


HUMAN_EVAL_PRO = _pro_pin(
    "humaneval_pro.json",
    "d67ad94366d8182804d8cb59de558d211072493b13a6c23ddda42a2e1367dc7a",
    "CodeEval-Pro/humaneval-pro/resolve/cd078f93d57d1902b5c3e4ae330166b2ca0e0e80",
)
MBPP_PRO = _pro_pin(
    "mbpp_pro.json",
    "bb2edf4f2da393403083977e94cb4e4bbbe68fcb85495dfdf500885a945e8b3b",
    "CodeEval-Pro/mbpp-pro/resolve/50f18448e09a8383226e1a5cd3654d2a454fe333",
)
BIG_CODE_BENCH_LITE_PRO = _pro_pin(
    "bigcodebench_lite_pro.json",
    "1a9e818a7ecece6346f47673276bfc47ab2bb34efd8cda26e0b819eb13bb6ec3",
    "CodeEval-Pro/bigcodebench-lite-pro/resolve/f70ee47b5701ae8b240c64bd4d4077e46b4c9278",
)


@functools.cache
def _mbpp_of_pro() -> tuple[int, ...]:
    text = resources.files("isocost").joinpath("data", "benchmarks", "mbpp_pro.json").read_text(encoding="utf-8")
    return tuple(json.loads(text)["mbpp"])


def _base_of_mbpp_pro(problem_id: str) -> str:
    """Return the MBPP task behind an MBPP Pro problem; MBPP Pro's numbers are positions."""
    number = problem_id.removeprefix("MBPPPro/")
    numbers = _mbpp_of_pro()
    if number.isascii() and number.isdigit() and int(number) < len(numbers):
        return f"MBPP/{numbers[int(number)]}"
    return problem_id


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda problem_id: problem_id.replace(old, new, 1)


def _mbpp_ids(name: str) -> Ids:
    return Ids(name, "MBPP/", aliases=("Mbpp/",), numbers=True)


ENTRIES = {
    entry.ids.benchmark: entry
    for entry in (
        Entry(Ids("humaneval", "HumanEval/"), 0, Shape.humaneval, (HUMAN_EVAL,)),
        Entry(_mbpp_ids("mbpp"), 0, Shape.mbpp, (MBPP,)),
        Entry(_mbpp_ids("mbpp-test"), 0, Shape.mbpp, (MBPP,), numbers=range(11, 511)),
        Entry(_mbpp_ids("mbpp-sanitized"), 0, Shape.mbpp, (MBPP_SANITIZED,)),
        Entry(Ids("humaneval-plus", "HumanEval/"), 1, Shape.evalplus, HUMAN_EVAL_PLUS),
        Entry(_mbpp_ids("mbpp-plus"), 1, Shape.evalplus, MBPP_PLUS),
        Entry(
            Ids("humaneval-pro", "HumanEvalPro/", numbers=True), 2, Shape.pro, (HUMAN_EVAL_PRO,),
            base_id=_swap("HumanEvalPro/", "HumanEval/"),
        ),
        Entry(
            Ids("mbpp-pro", "MBPPPro/", aliases=("MbppPro/",), numbers=True), 2, Shape.pro, (MBPP_PRO,),
            base_id=_base_of_mbpp_pro,
        ),
        Entry(
            Ids("bigcodebench-lite-pro", "BigCodeBenchLitePro/", aliases=("BigCodeBench/",), numbers=True), 2,
            Shape.pro, (BIG_CODE_BENCH_LITE_PRO,), base_id=_swap("BigCodeBenchLitePro/", "BigCodeBench/"),
        ),
        Entry(Ids("steps", "Steps/"), 0, Shape.steps, shipped=("steps.jsonl",)),
        Entry(Ids("steps-pro", "StepsPro/"), 2, Shape.steps_pro, shipped=("steps.jsonl", "steps-pro.jsonl")),
        Entry(
            Ids("steps-deep", "StepsDeep/"), 3, Shape.steps_pro,
            shipped=("steps.jsonl", "steps-pro.jsonl", "steps-deep.jsonl"),
        ),
    )
}  # fmt: skip
"""Every known benchmark by its name."""
