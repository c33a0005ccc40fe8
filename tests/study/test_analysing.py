"""Analysis of run folders: joined by identity, equal to what is counted by hand, refused in one line where it must be."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from tests.study.compared_runs import HUMAN_EVAL, PLUS, PRO, run_of

from isocost.analysis.curves import oracle_table
from isocost.cost.devices import device
from isocost.errors import DomainError, RunMismatchError, UsageError
from isocost.records import LimitPolicy, Regime, Unit
from isocost.study.answering.analysing import analyse, write_result
from isocost.study.answering.result import Result
from isocost.study.answering.runs_read import AnalysisRequest, request_of
from isocost.study.answering.sample_costs import Pricing

SMALL, LARGE = "Qwen2.5-Coder-1.5B", "Qwen2.5-Coder-7B"
PROBLEMS = 60


def _tokens(problem: str, draw: int) -> tuple[int, int]:
    number = int(problem.rpartition("/")[2])
    return 100 + number, 50 + 3 * number + draw


def _passes(share: float, samples: int, seed: int, prefix: str = "HumanEval") -> dict[str, list[bool]]:
    rng = np.random.default_rng(seed)
    chance = rng.beta(2 * share, 2 * (1 - share), PROBLEMS)
    return {f"{prefix}/{i}": (rng.random(samples) < chance[i]).tolist() for i in range(PROBLEMS)}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two sizes on two rungs, four samples a problem, in a folder of runs."""
    for model, share, seed in ((SMALL, 0.4, 1), (LARGE, 0.6, 2)):
        run_of(tmp_path / "study" / f"{model} base", model, _passes(share, 4, seed), tokens=_tokens)
        run_of(
            tmp_path / "study" / f"{model} pro", model, _passes(share - 0.2, 4, seed + 10, "HumanEvalPro"), benchmark=PRO,
            tokens=_tokens,
        )  # fmt: skip
    return tmp_path / "study"


def _request(*runs: Path, **changes: object) -> AnalysisRequest:
    return msgspec.structs.replace(AnalysisRequest(runs=runs, draws=200), **changes)


def test_a_study_is_what_counting_by_hand_gives(study: Path) -> None:
    """pass@1, costs and the oracle's curve equal those made from the runs' samples one by one."""
    result = analyse(_request(study))
    assert [model.name for model in result.models] == [SMALL, LARGE]
    assert (result.problems, result.unit) == (PROBLEMS, Unit.flops)
    passed = _passes(0.4, 4, 1)
    part = next(part for part in result.solved if (part.model, part.rung) == (SMALL, 0))
    assert part.pass_at_1.value == pytest.approx(np.mean([np.mean(row) for row in passed.values()]))
    assert part.estimand == "mean of 4 samples"
    in_tokens = analyse(_request(study, unit=Unit.tokens, extrapolate=False))
    cost = next(part for part in in_tokens.costs if (part.model, part.rung) == (SMALL, 0))
    ids = list(passed)
    assert cost.prompt == pytest.approx(np.mean([_tokens(name, 0)[0] for name in ids]))
    assert cost.completion == pytest.approx(np.mean([_tokens(name, d)[1] for name in ids for d in range(4)]))
    assert cost.basis.value == "measured"
    curve = next(c for c in in_tokens.curves if (c.model, c.rung, c.regime) == (SMALL, 0, Regime.oracle))
    table = oracle_table([4] * PROBLEMS, [sum(passed[name]) for name in ids])
    for budget, solved in zip(curve.budgets, curve.solved, strict=True):
        each = np.array([50 + 3 * int(name.rpartition("/")[2]) + 1.5 for name in ids])
        first = np.array([100 + int(name.rpartition("/")[2]) for name in ids])
        counts = np.maximum(0, np.floor((budget - first) / each + 1e-9)).astype(int)
        if (counts > 4).any():
            assert solved is None
        else:
            assert solved == pytest.approx(table[np.arange(PROBLEMS), counts].mean())


def test_every_unit_is_told_as_if_it_had_been_asked_for(study: Path) -> None:
    """What a result has in a further unit is what it has where that one is the unit of the answer; the rest is the same."""
    priced = Pricing(device=device("A100-80GB"))
    flops = analyse(_request(study, pricing=priced))
    assert list(dict.fromkeys(part.unit for part in flops.curves)) == [Unit.flops, Unit.tokens, Unit.seconds]
    for unit in (Unit.tokens, Unit.seconds):
        asked = analyse(_request(study, pricing=priced, unit=unit))
        assert asked.unit is asked.curves[0].unit is unit
        for name in ("curves", "best", "crossings", "costs"):
            theirs, ours = ([part for part in getattr(one, name) if part.unit is unit] for one in (flops, asked))
            assert ours
            assert theirs == ours
        assert {part for part in flops.per if part.unit is unit} == {part for part in asked.per if part.unit is unit}
        assert (asked.solved, asked.drops, asked.comparisons) == (flops.solved, flops.drops, flops.comparisons)
    assert all("FLOP" in text for text in flops.answer if "most is solved" in text)
    in_bytes = analyse(_request(study, pricing=priced, unit=Unit.byte_seconds))
    assert in_bytes.curves[0].unit is Unit.byte_seconds


def test_a_selector_is_told_where_it_names_its_cost(study: Path) -> None:
    """In a unit beside that of the answer a selector that names its cost in others only is not shown as if it were free."""
    for folder in study.iterdir():
        told = [json.loads(line) for line in (folder / "verdicts.jsonl").read_text().splitlines()]
        rows = [{"sample_id": row["sample_id"], "selector": "s", "score": 1.0, "costs": {"flops": 1e9}} for row in told]
        (folder / "scores.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = {part.unit for part in analyse(_request(study)).curves if part.regime is Regime.selected}
    assert shown == {Unit.flops}


def test_the_law_goes_on_where_samples_end(study: Path) -> None:
    """With the law a curve has no gap, says where it was used, rises, and equals the samples' where they suffice."""
    with_law, without = analyse(_request(study)), analyse(_request(study, extrapolate=False))
    law = next(c for c in with_law.curves if c.regime is Regime.oracle)
    plain = next(c for c in without.curves if c.regime is Regime.oracle)
    assert (law.law, plain.law) == ("beta-binomial", None)
    assert None not in law.solved
    assert None in plain.solved or min(plain.within) == 1.0
    solved = [value for value in law.solved if value is not None]
    assert all(later >= earlier - 0.02 for earlier, later in pairwise(solved))
    assert max(law.budgets) > max(plain.budgets)


def test_rungs_are_joined_by_base_problem_and_without_the_unfair(study: Path) -> None:
    """Each model has a drop with all problems, and one without those of the audit list."""
    drops = [part for part in analyse(_request(study)).drops if part.model == LARGE]
    assert [(part.rung, part.to_rung) for part in drops] == [(0, 2), (0, 2)]
    everything, fair = drops
    assert (everything.problems, everything.excluding) == (PROBLEMS, 0)
    assert fair.excluding == len([i for i in (3, 5, 14, 20, 21, 22, 28, 46, 63, 112) if i < PROBLEMS])
    assert fair.problems == PROBLEMS - fair.excluding
    assert everything.both + everything.only_base + everything.only_harder + everything.neither == pytest.approx(1.0)
    assert everything.drop.value == pytest.approx(everything.only_base - everything.only_harder)


def test_a_run_with_stronger_tests_tells_of_two_rungs(tmp_path: Path) -> None:
    """Base tests alone are rung 0, all tests rung 1; the same samples cost the same on both."""
    outcomes = {
        f"MBPP/{i}": [{"base": True, "plus": i % 2 == 0}] if i % 3 else [{"base": False, "plus": False}]
        for i in range(30)
    }
    run_of(tmp_path / "run", SMALL, outcomes, benchmark=PLUS, tokens=_tokens)
    result = analyse(_request(tmp_path / "run"))
    assert [(part.rung, part.pass_at_1.value) for part in result.solved] == [(0, 20 / 30), (1, 10 / 30)]
    assert [(part.rung, part.unit) for part in result.costs] == [
        (rung, unit) for unit in (Unit.flops, Unit.tokens) for rung in (0, 1)
    ]
    assert len({(part.unit, part.prompt, part.completion) for part in result.costs}) == 2


def test_one_model_and_two_sizes_are_a_fine_study(study: Path) -> None:
    """Every fit is null with its reason, and nothing else is missing."""
    result = analyse(_request(study))
    assert {part.reason for part in result.fits} == {"2 sizes, and a fit needs at least 4"}
    assert all(part.slope is None for part in result.fits)
    alone = analyse(_request(study / f"{SMALL} base"))
    assert [model.name for model in alone.models] == [SMALL]
    assert alone.comparisons == ()


def test_a_perfect_selector_is_the_oracle_less_its_cost(study: Path) -> None:
    """Scores that tell right from wrong solve what the oracle does at no cost, and less where they are charged."""
    for folder in study.iterdir():
        told = [json.loads(line) for line in (folder / "verdicts.jsonl").read_text().splitlines()]
        lines = [
            {"sample_id": row["sample_id"], "selector": "perfect", "score": float(row["outcome"] == "passed")}
            for row in told
        ]
        (folder / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    free = analyse(_request(study, extrapolate=False))
    curves = {(c.model, c.rung, c.regime): c.solved for c in free.curves if c.unit is free.unit}
    for model, rung, regime in list(curves):
        if regime is Regime.selected:
            for ours, oracle in zip(curves[model, rung, regime], curves[model, rung, Regime.oracle], strict=True):
                assert ours is not None, "past its samples a selector still has those"
                assert oracle is None or ours == pytest.approx(oracle)
    for folder in study.iterdir():
        lines = [json.loads(line) for line in (folder / "scores.jsonl").read_text().splitlines()]
        lines = [line | {"costs": {"flops": 1e12}} for line in lines]
        (folder / "scores.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    charged = analyse(_request(study, extrapolate=False))
    paid = {(c.model, c.rung, c.regime): c.solved for c in charged.curves if c.unit is charged.unit}
    some = [
        (a, b)
        for key in curves
        if key[2] is Regime.selected
        for a, b in zip(paid[key], curves[key], strict=True)
        if a is not None and b is not None
    ]
    assert [(a, b) for a, b in some if a > b + 1e-12] == []
    assert any(a < b for a, b in some)


def test_what_cannot_be_compared_is_refused(tmp_path: Path, study: Path) -> None:
    """Other data, other limits, another extraction, a unit nobody has, a fit without sizes: each is one line."""
    base = study / f"{SMALL} base"
    run_of(tmp_path / "data", LARGE, _passes(0.5, 1, 5), benchmark=msgspec.structs.replace(HUMAN_EVAL, sha256="f" * 64))
    run_of(tmp_path / "limits", LARGE, _passes(0.5, 1, 5), limits=LimitPolicy(cpu_seconds=9.0))
    run_of(tmp_path / "raw", LARGE, _passes(0.5, 1, 5), extraction="raw/1")
    for other, said in (("data", "SHA-256 of humaneval differs"), ("limits", "limits differs"), ("raw", "extraction")):
        with pytest.raises(RunMismatchError, match=said):
            analyse(_request(base, tmp_path / other))
    with pytest.raises(UsageError, match=r"no cost in joules is known for .*units that all models have: flops, tokens"):
        analyse(_request(study, unit=Unit.joules))
    with pytest.raises(UsageError, match="2 sizes, and a fit needs at least 4; leave out --fit"):
        analyse(_request(study, fit="gamma"))
    with pytest.raises(UsageError, match="is no run folder and holds none"):
        analyse(_request(tmp_path / "nowhere"))
    run_of(tmp_path / "again", SMALL, _passes(0.5, 1, 7), tokens=_tokens)
    with pytest.raises(RunMismatchError, match="twice at rung 0"):
        analyse(_request(base, tmp_path / "again"))
    run_of(tmp_path / "far", LARGE, {"HumanEval/999": [True]}, tokens=_tokens)
    with pytest.raises(DomainError, match="no base problem is shared"):
        analyse(_request(base, tmp_path / "far"))


def test_without_tokens_there_are_no_budgets_but_shares(tmp_path: Path) -> None:
    """Samples that do not count their tokens have no cost: shares are compared, and the caveat says what to type."""
    for model in (SMALL, LARGE):
        run_of(tmp_path / model, model, _passes(0.5, 1, 3))
    result = analyse(_request(tmp_path))
    assert (result.unit, result.curves, result.costs) == (None, (), ())
    assert len(result.comparisons) == 1
    assert any("--chars-per-token 3" in caveat for caveat in result.caveats)
    assert any("no unit is known for every model" in caveat for caveat in result.caveats)


def test_an_unknown_model_has_tokens_but_no_flops(tmp_path: Path) -> None:
    """Its name is in the caveat with what to type; tokens, which need no shape, are the unit then."""
    run_of(tmp_path / "mine", "mine-3B", _passes(0.5, 1, 3), tokens=_tokens)
    run_of(tmp_path / SMALL, SMALL, _passes(0.5, 1, 4), tokens=_tokens)
    result = analyse(_request(tmp_path))
    assert result.unit is Unit.tokens
    assert any("--spec mine-3B=FILE" in caveat for caveat in result.caveats)
    assert [model.parameters is None for model in result.models] == [False, True]


def test_broken_scores_are_named_with_their_line(study: Path) -> None:
    """A score of a sample that is not there, a missing score, a line that is no score."""
    folder = study / f"{SMALL} base"
    (folder / "scores.jsonl").write_text('{"sample_id": "nobody", "selector": "s", "score": 1}\n')
    with pytest.raises(RunMismatchError, match="line 1: sample 'nobody' is not in this run"):
        analyse(_request(folder))
    (folder / "scores.jsonl").write_text('{"sample_id": "HumanEval/0 0", "selector": "s", "score": 1}\n')
    with pytest.raises(RunMismatchError, match="s has no score for 239 samples"):
        analyse(_request(folder))
    (folder / "scores.jsonl").write_text("{]\n")
    with pytest.raises(RunMismatchError, match=r"scores\.jsonl, line 1"):
        analyse(_request(folder))


def test_a_result_survives_the_disk(study: Path, tmp_path: Path) -> None:
    """What is written is read back equal, field by field; the same seed gives the same result."""
    result = analyse(_request(study))
    write_result(result, tmp_path / "made" / "result.json")
    back = msgspec.json.decode((tmp_path / "made" / "result.json").read_bytes(), type=Result)
    assert back == result
    again = analyse(_request(study))
    assert msgspec.structs.replace(again, created="") == msgspec.structs.replace(result, created="")


def test_a_name_that_is_no_text_does_not_lose_the_result(study: Path, tmp_path: Path) -> None:
    """A lone surrogate in a name, which UTF-8 cannot carry, is written as U+FFFD; all else is as it was."""
    result = msgspec.structs.replace(analyse(_request(study)), study="odd\ud800name")
    write_result(result, tmp_path / "result.json")
    read = msgspec.json.decode((tmp_path / "result.json").read_bytes(), type=Result)
    assert read == msgspec.structs.replace(result, study="odd\ufffdname")


def test_a_request_says_what_is_wrong_with_it() -> None:
    """Numbers and names out of range are one line that says what to type."""
    plain: dict[str, object] = {
        "unit": None, "device": None, "prices": None, "specs": [], "chars_per_token": None, "prompt_shared": True,
        "extrapolate": True, "fit": None, "draws": 2000, "seed": 0, "level": 0.95, "data_dir": None,
    }  # fmt: skip
    for change, said in (
        ({"level": 95.0}, r"95% is 0\.95"),
        ({"draws": 10}, "expected from 40"),
        ({"seed": -1}, "from 0 on"),
        ({"chars_per_token": 0.0}, "3 is usual for code"),
        ({"specs": ["x"]}, "MODEL=FILE"),
        ({"device": "a100-80"}, "A100-80GB"),
    ):
        with pytest.raises(UsageError, match=said):
            request_of([Path()], **(plain | change))  # type: ignore[arg-type]
    assert request_of([Path()], **plain).pricing == Pricing()  # type: ignore[arg-type]


def test_only_known_sizes_overtake_each_other(tmp_path: Path) -> None:
    """Which of two models is the larger is said only where both sizes are known and differ."""
    for name in ("Qwen/Qwen2.5-Coder-1.5B", "qwen2.5-coder-1.5b", "mystery"):
        run_of(tmp_path / "study" / name.replace("/", " "), name, _passes(0.5, 1, len(name)), tokens=_tokens)
    result = analyse(_request(tmp_path / "study", unit=Unit.tokens))
    assert [part for part in result.crossings if part.what == "overtakes"] == []
    assert "larger" not in " ".join(result.answer)


def test_numbers_of_samples_that_differ_are_said(tmp_path: Path) -> None:
    """A problem with one sample among others with more does not make the mean one of single samples."""
    run_of(tmp_path / "run", SMALL, {f"HumanEval/{i}": [i % 2 == 0] * (1 + i % 3) for i in range(30)}, tokens=_tokens)
    result = analyse(_request(tmp_path / "run"))
    assert [part.estimand for part in result.solved] == ["mean of 1 samples or more"]
    assert any("have 1 to 3 samples" in caveat for caveat in result.caveats)


def test_our_own_faults_and_silent_samples_are_counted(tmp_path: Path) -> None:
    """Samples that failed by a fault of ours, or do not say their tokens, are told by their number."""
    run_of(tmp_path / "a", SMALL, {f"HumanEval/{i}": [None if i < 2 else True] for i in range(9)}, tokens=_tokens)
    assert any(caveat.startswith("2 samples of ") for caveat in analyse(_request(tmp_path / "a")).caveats)
    run = run_of(tmp_path / "b", SMALL, {f"HumanEval/{i}": [True] for i in range(9)}, tokens=_tokens)
    lines = (run.folder / "samples.jsonl").read_text().splitlines()
    silent = json.loads(lines[0]) | {"usage": None}
    (run.folder / "samples.jsonl").write_text("\n".join([json.dumps(silent), *lines[1:], ""]))
    assert any(caveat.startswith(f"1 of 9 samples of {SMALL}") for caveat in analyse(_request(run.folder)).caveats)


def test_what_a_law_says_is_marked(study: Path) -> None:
    """Where the best model's samples do not suffice, the sentence says that a law speaks."""
    result = analyse(_request(study))
    beyond = [part for part in result.best if part.within is not None and part.within < 1.0]
    assert {part.regime for part in beyond} == {Regime.oracle}
    assert all("by law" in text for text in result.answer if "most is solved" in text and "coverage" in text)
    assert not any("by law" in text for text in analyse(_request(study, extrapolate=False)).answer)


def test_a_run_named_twice_is_one_run(study: Path) -> None:
    """Two spellings of one folder are the same folder."""
    folder = study / f"{SMALL} base"
    again = study / f"{LARGE} base" / ".." / folder.name
    assert analyse(_request(folder, again)).problems == PROBLEMS


def test_samples_that_read_their_own_prompts_pay_for_them_in_sequence_too(tmp_path: Path) -> None:
    """Without a shared prompt, spending in sequence is charged as the curve is, sample by sample."""
    run_of(tmp_path / "run", SMALL, {"HumanEval/0": [False, True]}, tokens=lambda _problem, _draw: (100, 10))
    for shared, needed in ((True, 120.0), (False, 220.0)):
        request = _request(tmp_path / "run", unit=Unit.tokens, prompt_shared=shared, extrapolate=True)
        curve = next(part for part in analyse(request).curves if part.regime is Regime.oracle)
        assert curve.in_sequence is not None
        solved = dict(zip(curve.budgets, curve.in_sequence, strict=True))
        assert {value for budget, value in solved.items() if budget > needed} == {1.0}
        assert all(value is not None and value < 1.0 for budget, value in solved.items() if budget < needed)
