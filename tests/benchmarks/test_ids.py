"""Ids: aliases, and errors that say whose id a foreign one is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.benchmarks import load
from isocost.benchmarks.ids import Ids
from isocost.errors import BenchmarkError


@pytest.mark.parametrize(
    ("name", "raw", "canonical"),
    [
        ("humaneval", "HumanEval/7", "HumanEval/7"),
        ("mbpp", "MBPP/11", "MBPP/11"),
        ("mbpp", "Mbpp/11", "MBPP/11"),
        ("mbpp-test", "11", "MBPP/11"),
        ("mbpp-plus", 11, "MBPP/11"),
        ("humaneval-pro", 0, "HumanEvalPro/0"),
        ("humaneval-pro", "0", "HumanEvalPro/0"),
        ("mbpp-pro", "MBPPPro/377", "MBPPPro/377"),
        ("bigcodebench-lite-pro", "BigCodeBench/23", "BigCodeBenchLitePro/23"),
    ],
)
def test_aliases_lead_to_the_canonical_id(name: str, raw: str | int, canonical: str, data_dir: Path) -> None:
    """Each benchmark takes the spellings that it declares."""
    assert load(name, data_dir=data_dir).resolve(raw) == canonical


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("humaneval", "Mbpp/11", "expected an id from HumanEval/0 to HumanEval/163.*--benchmark mbpp or mbpp-plus"),
        ("humaneval", 0, "'?0'? is no problem of humaneval"),
        ("humaneval-pro", "HumanEval/3", "looks like an id of --benchmark humaneval"),
        ("humaneval-pro", 164, "164 problems.*bare number"),
        ("mbpp-test", 601, "MBPP/11 to MBPP/510"),
        ("mbpp", "011", "no problem of mbpp"),
        ("mbpp", True, "True is no problem"),
        ("mbpp", "x" * 10_000, "…"),
        ("mbpp", "٣", "no problem of mbpp"),
    ],
)
def test_an_unknown_id_is_one_clear_line(name: str, raw: str | int, words: str, data_dir: Path) -> None:
    """The error names the benchmark, the ids it takes, and the benchmark that the id looks like."""
    with pytest.raises(BenchmarkError, match=words) as caught:
        load(name, data_dir=data_dir).resolve(raw)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@given(number=st.integers(min_value=0, max_value=10**30))
def test_spellings_of_one_number_are_one_id(number: int) -> None:
    """Number, digits, alias and canonical id are the same problem, whatever the number."""
    ids = Ids("mbpp", "MBPP/", aliases=("Mbpp/",), numbers=True)
    known = {f"MBPP/{number}"}
    assert {ids.resolve(raw, known) for raw in (number, str(number), f"Mbpp/{number}", f"MBPP/{number}")} == known
