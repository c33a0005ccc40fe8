"""The published figures that ship with isocost: how many, from where, and whether they hold together."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from isocost.analysis.axes import Axis
from isocost.analysis.ranking import coupling
from isocost.errors import UsageError
from isocost.records import Record
from isocost.study.published.figures import (
    published_accuracies,
    published_both,
    published_costs,
    published_ladder,
    published_ladders,
    published_pass_at_k,
    published_per,
    published_per_audit,
    published_pro,
    published_throughput,
    recorded_tallies,
    recorded_tasks,
)

TABLES: dict[str, tuple[tuple[Record, ...], int]] = {
    "per": (published_per(), 80),
    "pass@k": (published_pass_at_k(), 84),
    "costs": (published_costs(), 4),
    "accuracies": (published_accuracies(), 931),
    "pro": (published_pro(), 228),
    "both": (published_both(), 8),
    "throughput": (published_throughput(), 18),
    "recorded": (recorded_tasks(), 1126),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_there_and_has_a_source(name: str) -> None:
    """Each table has all its rows, and each row says where it was read; the wording of a search is in none."""
    rows, count = TABLES[name]
    assert len(rows) == count
    sources = {getattr(row, "source", "") for row in rows}
    assert "" not in sources
    assert not [source for source in sources if "stored" in source]


def test_paper_per_is_recomputed_on_15_of_16_gsm8k_rows() -> None:
    """All but Mistral-7B within 5e-4; there the audit names the throughput 390.7, which gives the printed PER."""
    rows = published_per_audit()["GSM8K"]
    near = [row for row in rows if row.recomputed is not None and abs(row.recomputed - float(row.printed)) <= 5e-4]
    assert len(rows) == 16
    assert len(near) == 15
    (flagged,) = [row for row in rows if not row.explained]
    assert flagged.model == "Mistral-7B"
    (shift,) = flagged.shifts
    assert (shift.axis, shift.printed, shift.value) == (Axis.throughput, Decimal(3907), Decimal("390.7"))
    assert shift.recomputed == pytest.approx(0.2837, abs=5e-4)


def test_all_80_published_rows_are_audited() -> None:
    """Five tasks of 16 models; three rows that no rounding explains; the rest lies within the rounding of its inputs."""
    audit = published_per_audit()
    assert {task: len(rows) for task, rows in audit.items()} == dict.fromkeys(
        ("GSM8K", "SQuAD2", "HellaSwag", "IMDB", "ARC-Easy"), 16
    )
    flagged = {(task, row.model) for task, rows in audit.items() for row in rows if not row.explained}
    assert flagged == {("GSM8K", "Mistral-7B"), ("SQuAD2", "Qwen2.5-32B"), ("HellaSwag", "Gemma-2-2B")}
    for rows in audit.values():
        for row in rows:
            assert row.recomputed is not None
            assert row.low <= row.recomputed <= row.high


def test_throughput_and_latency_of_the_paper_are_one_axis_for_small_models() -> None:
    """On SQuAD2 the logs of the six smallest models correlate beyond 0.95, which is a warning; those of all 16 don't."""
    rows = [row for row in published_per() if row.task == "SQuAD2"]
    throughput, latency = [float(row.throughput) for row in rows], [float(row.latency) for row in rows]
    small, all_of_them = coupling(throughput[:6], latency[:6]), coupling(throughput, latency)
    assert small is not None
    assert small.warning is not None
    assert all_of_them is not None
    assert all_of_them.warning is None
    assert all_of_them.correlation == pytest.approx(-0.627, abs=5e-4)


def test_accuracies_know_their_problems() -> None:
    """A count of solved problems rounds to its percentage; MBPP+ is of 399 or 378 tasks, never unsaid where inferred."""
    for row in published_accuracies():
        assert (row.problems is None) == (row.problems_basis is None)
        assert row.problems_basis in {None, "defined", "stated", "inferred"}
        assert row.firmness in {"primary", "self-reported", "extraction", "excerpt", "secondary"}
        if row.passed is not None:
            assert row.problems is not None
            exponent = row.percent.as_tuple().exponent
            assert isinstance(exponent, int)
            assert abs(Decimal(100 * row.passed) / row.problems - row.percent) <= Decimal(5).scaleb(exponent - 1)
    mbpp = {row.problems for row in published_accuracies() if row.benchmark == "MBPP+"}
    assert mbpp == {378, 399, None}
    assert Counter(row.benchmark for row in published_accuracies())["HumanEval+"] > 100


def test_ladders_have_one_source_and_rising_sizes() -> None:
    """Each ladder: one source, one row for each cell, at least three sizes; a series has one ladder for a benchmark."""
    cells = Counter((row.source_key, row.model, row.benchmark) for row in published_accuracies())
    for ladder in published_ladders():
        assert {row.source_key for row in ladder.rows} == {ladder.source_key}
        assert {row.firmness for row in ladder.rows} == {ladder.firmness}
        assert len({row.protocol for row in ladder.rows if row.benchmark == ladder.benchmarks[0]}) == 1
        assert all(cells[row.source_key, row.model, row.benchmark] == 1 for row in ladder.rows)
        assert len({(row.family, row.kind) for row in ladder.rows}) == 1
        assert list(ladder.parameters_b) == sorted(set(ladder.parameters_b))
        assert len(ladder.parameters_b) >= 3
    used = [(ladder.series, benchmark) for ladder in published_ladders() for benchmark in ladder.benchmarks]
    assert len(used) == len(set(used))
    names = [ladder.name for ladder in published_ladders()]
    assert len(names) == len(set(names))


def test_the_two_six_size_ladders_are_there() -> None:
    """Qwen2.5-Coder instruct by one extraction, base by a secondary one that says so."""
    instruct, base = published_ladder("qwen2.5-coder-instruct"), published_ladder("qwen2.5-coder-base")
    assert instruct.parameters_b == base.parameters_b == (0.5, 1.5, 3.0, 7.0, 14.0, 32.0)
    assert base.firmness == "secondary"
    humaneval = [float(row.percent) for row in instruct.rows if row.benchmark == "HumanEval"]
    assert humaneval == [61.6, 70.7, 84.1, 88.4, 89.6, 92.7]
    with pytest.raises(UsageError, match="no published ladder 'qwen', expected one of code-llama-base, "):
        published_ladder("qwen")


@pytest.mark.parametrize(
    ("model", "benchmark", "tests", "solved", "tasks"),
    [
        ("Qwen2.5-Coder-1.5B", "humaneval", "base", 72, 164),
        ("Qwen2.5-Coder-1.5B", "humaneval", "plus", 60, 164),
        ("Qwen2.5-Coder-1.5B", "mbpp-plus", "base", 276, 399),
        ("Qwen2.5-Coder-1.5B", "mbpp-plus", "plus", 234, 399),
        ("Qwen2.5-Coder-7B", "humaneval", "base", 101, 164),
        ("Qwen2.5-Coder-7B", "humaneval", "plus", 87, 164),
        ("Qwen2.5-Coder-7B", "mbpp-plus", "base", 307, 399),
        ("Qwen2.5-Coder-7B", "mbpp-plus", "plus", 251, 399),
    ],
)
def test_recorded_tallies_sum_to_the_published_scores(
    model: str, benchmark: str, tests: str, solved: int, tasks: int
) -> None:
    """Counted task by task they are the authors' totals, and the shares that the authors published."""
    tallies = recorded_tallies(model, benchmark, tests)
    assert (sum(tally.c for tally in tallies), sum(tally.n for tally in tallies)) == (solved, tasks)
    assert len({tally.problem_id for tally in tallies}) == tasks
    name = {"humaneval": "HumanEval", "mbpp-plus": "MBPP"}[benchmark] + {"base": "", "plus": "+"}[tests]
    (row,) = [
        row
        for row in published_accuracies()
        if row.source_key == "qwen-repo" and row.model.startswith(model) and row.benchmark == name
    ]
    assert (row.passed, row.problems) == (solved, tasks)


def test_what_passes_plus_passed_base() -> None:
    """The plus tests hold the base tests, so no task is solved by plus alone; all lengths are counts."""
    for task in recorded_tasks():
        assert 0 <= task.c_plus <= task.c_base <= task.n == 1
        assert task.prompt_chars > 0
        assert task.completion_chars > 0
        assert task.problem_id.startswith({"humaneval": "HumanEval/", "mbpp-plus": "MBPP/"}[task.benchmark])


def test_both_models_answered_the_same_tasks() -> None:
    """The two sizes are joined by id, task by task."""
    for benchmark in ("humaneval", "mbpp-plus"):
        small, large = (
            {tally.problem_id for tally in recorded_tallies(model, benchmark, "base")}
            for model in ("Qwen2.5-Coder-1.5B", "Qwen2.5-Coder-7B")
        )
        assert small == large


def test_published_pass_at_k_grows_with_k() -> None:
    """Within a model and benchmark pass@k rises, and k stays within half of the samples drawn."""
    groups: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in published_pass_at_k():
        assert 2 * row.k <= row.samples_per_problem
        groups.setdefault((row.model, row.benchmark), []).append((row.k, row.pass_at_k_percent))
    assert len(groups) == 12
    for points in groups.values():
        assert points == sorted(points)
        assert np.all(np.diff([value for _, value in sorted(points)]) > 0)


def test_pro_tables_hold_together() -> None:
    """Counts of Figure 5 fill each benchmark; what Figure 5 implies otherwise than Table 2 is in the rows' conflicts."""
    for both in published_both():
        assert both.both + both.only_base + both.only_pro + both.neither == both.problems
        for benchmark, solved in (
            (both.base_benchmark, both.both + both.only_base),
            (both.pro_benchmark, both.both + both.only_pro),
        ):
            (row,) = [
                row
                for row in published_pro()
                if (row.model, row.benchmark) == (both.model, benchmark)
                if row.setting in {"0-shot", "reported or EvalPlus"}
            ]
            implied = 100 * solved / both.problems
            agrees = abs(implied - float(row.percent)) <= 0.05 + 1e-9
            assert agrees or f"Figure 5 implies {implied:.1f}" in (row.conflict or "")
    assert sum(row.conflict is not None for row in published_pro()) == 12


def test_unusable_speeds_say_why() -> None:
    """Ten rows have batch, device and precision; the eight others are kept, marked, and say what is missing."""
    usable = [row for row in published_throughput() if row.usable]
    assert len(usable) == 10
    for row in published_throughput():
        assert row.usable == (row.why_not is None)
        assert row.usable == (None not in {row.batch, row.device, row.dtype, row.prompt_tokens, row.completion_tokens})
        if row.peak_memory_bytes is not None:
            assert row.usable
            assert row.peak_memory_bytes > 2e9 * row.parameters_b * 0.9  # at least the weights in 16 bits, or nearly
