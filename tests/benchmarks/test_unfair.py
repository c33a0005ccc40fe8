"""The audit list: it is what the check finds in the data that it names, and no id is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from isocost.benchmarks.loading import load
from isocost.benchmarks.unfair import audited, find_absent_names, unfair_problems
from isocost.errors import UsageError


@pytest.mark.parametrize("name", sorted(audited()))
def test_the_list_is_what_the_check_finds(name: str, data_dir: Path) -> None:
    """Run again on the data, the check finds the listed problems with the listed names, and no others."""
    benchmark = load(name, data_dir=data_dir)
    assert benchmark.info.sha256 == audited()[name]
    assert find_absent_names(benchmark) == {i: entry.names for i, entry in unfair_problems(name).items()}


def test_humaneval_pro_has_ten() -> None:
    """The ten problems of HumanEval Pro whose tested name the prompt never shows; each entry says why and how found."""
    numbers = (3, 5, 14, 20, 21, 22, 28, 46, 63, 112)
    entries = unfair_problems("humaneval-pro")
    assert list(entries) == [f"HumanEvalPro/{i}" for i in numbers]
    assert all(entry.why and entry.found_by and entry.names and entry.version for entry in entries.values())
    assert len(unfair_problems("mbpp-pro")) == 25


def test_all_benchmarks_together() -> None:
    """Without a name it is the list of all audited benchmarks; those without a finding have no entries."""
    assert unfair_problems().keys() == {i for name in audited() for i in unfair_problems(name)}
    assert unfair_problems("humaneval") == {}


def test_a_benchmark_that_was_not_audited_is_refused() -> None:
    """No entry would read as a clean bill."""
    with pytest.raises(UsageError, match="'steps' was not audited; expected one of bigcodebench-lite-pro"):
        unfair_problems("steps")


@pytest.mark.parametrize("name", ["steps", "steps-pro", "steps-deep"])
def test_our_own_problems_show_the_name(name: str) -> None:
    """The problems that are shipped have no such fault."""
    assert find_absent_names(load(name)) == {}
