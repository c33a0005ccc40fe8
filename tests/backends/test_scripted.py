"""The scripted backend: what it answers, how long it says that took, and its faults."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest

from isocost.backends.address import parse_address
from isocost.backends.backend import Reply, Request
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.backends.scripted.backend import tokens
from isocost.benchmarks import load
from isocost.errors import BackendError, SamplesError, UsageError
from isocost.judge.extraction import extract
from isocost.records import Clock, Prompt, PromptForm, SamplingParams


def _request(problem: str, draw: int = 0, **params: object) -> Request:
    form = params.pop("form", PromptForm.chat)
    seed = params.pop("seed", 1000 + draw)
    prompt = Prompt(id=problem, problem_id=problem, template="t", text="x" * 400, form=form)  # type: ignore[arg-type]
    sampling = SamplingParams(**({"temperature": 0.8, "max_tokens": 500, "seed": seed} | params))  # type: ignore[arg-type]
    return Request(id=f"{problem}#{draw}", prompt=prompt, params=sampling, draw=draw, logprobs=True)


def _ask(address: str, requests: Iterable[Request], concurrency: int | None = None) -> list[Reply]:
    with open_backend(parse_address(address), BackendOptions(concurrency=concurrency)) as backend:
        return list(backend.replies(requests))


def _many(draws: int = 20) -> list[Request]:
    return [_request(problem, draw) for draw in range(draws) for problem in load("steps").problems]


def _right(reply: Reply) -> bool:
    """Whether the program in a reply is the reference solution, which the script's right answers are."""
    problem = load("steps").problems[reply.id.partition("#")[0]]
    program = extract(reply.completion, stem=problem.stem, entry_point=problem.entry_point).source
    return program is not None and program.strip() == problem.reference.strip()


def test_the_same_request_gets_the_same_reply() -> None:
    """Text, tokens and seconds follow from the model's name, problem and seed, whatever else is asked in which order."""
    requests = _many(3)
    first = {reply.id: reply for reply in _ask("scripted:steps?right=0.5", requests)}
    again = {reply.id: reply for reply in _ask("scripted:steps?right=0.5", reversed(requests), concurrency=1)}
    assert first.keys() == again.keys() == {request.id for request in requests}
    for name, reply in first.items():
        assert (reply.completion, reply.usage, reply.logprob) == (
            again[name].completion, again[name].usage, again[name].logprob,
        )  # fmt: skip
        assert reply.timing.total_seconds == pytest.approx(again[name].timing.total_seconds, abs=1e-5)
    other = _ask("other=scripted:steps?right=0.5", requests)
    assert any(reply.completion != first[reply.id].completion for reply in other)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_a_share_of_the_answers_is_right(share: float) -> None:
    """Without a part that belongs to the problem, `right` is the share of right answers, to sampling error."""
    replies = _ask(f"scripted:steps?right={share}&spread=0", _many())
    found = sum(map(_right, replies)) / len(replies)
    assert abs(found - share) <= 4 * (share * (1 - share) / len(replies)) ** 0.5


def test_a_part_of_the_chance_belongs_to_the_problem() -> None:
    """With `spread=1` a problem is always solved or never, and the same ones by each model of the same share."""
    for model in ("a=scripted:steps?right=0.5&spread=1", "b=scripted:steps?right=0.5&spread=1"):
        solved: dict[str, set[bool]] = {}
        for reply in _ask(model, _many(5)):
            solved.setdefault(reply.id.partition("#")[0], set()).add(_right(reply))
        assert all(len(seen) == 1 for seen in solved.values())
        assert {True} in solved.values()
        assert {False} in solved.values()


def test_rungs_have_their_own_share() -> None:
    """`right.PREFIX` is for problems whose id begins so; a right answer on every rung is the rung's whole program."""
    for benchmark in ("steps", "steps-pro", "steps-deep"):
        for form in PromptForm:
            problems = load(benchmark).problems
            requests = [_request(problem, form=form, max_tokens=5000) for problem in problems]
            for reply in _ask("scripted:wrong?right.Steps/=1&right.StepsPro/=1&right.StepsDeep/=1", requests):
                problem = problems[reply.id.partition("#")[0]]
                program = extract(reply.completion, stem=problem.stem, entry_point=problem.entry_point).source
                assert program is not None
                assert program.strip() == problem.reference.strip()


def test_tokens_and_seconds_are_by_the_stated_rule() -> None:
    """Four characters a token; seconds are ttft + read × prompt, then tpot for each further token."""
    (reply,) = _ask("scripted:right?ttft=0.5&read=0.001&tpot=0.01&jitter=0", [_request("Steps/0")])
    written = tokens(reply.completion)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (100, written)
    assert reply.timing.clock is Clock.engine
    assert reply.timing.ttft_seconds == pytest.approx(0.5 + 100 * 0.001)
    assert reply.timing.tpot_seconds == pytest.approx(0.01, rel=1e-4)
    assert reply.timing.total_seconds == pytest.approx(0.6 + 0.01 * (written - 1), rel=1e-4)
    assert reply.absent == {}


def test_no_more_are_in_flight_than_allowed() -> None:
    """Requests are taken one by one as others end, and given out in the order in which they end."""
    taken: list[str] = []

    def requests() -> Iterable[Request]:
        for request in _many(2):
            taken.append(request.id)
            yield request

    with open_backend(parse_address("scripted:right"), BackendOptions(concurrency=5)) as backend:
        ends, given = [], 0
        for reply in backend.replies(requests()):
            assert reply.timing.started is not None
            assert reply.timing.total_seconds is not None
            ends.append(reply.timing.started + reply.timing.total_seconds)
            assert len(taken) - given <= 5
            given += 1
    assert given == len(taken) == 56
    assert all(before <= after for before, after in pairwise(ends))


def test_answers_are_cut_as_an_engine_cuts_them() -> None:
    """At `max_tokens` with the reason `length`, at the first stop string with `stop`, which is left out."""
    (cut,) = _ask("scripted:right", [_request("Steps/0", max_tokens=5)])
    assert (cut.finish_reason, tokens(cut.completion)) == ("length", 5)
    (stopped,) = _ask("scripted:right", [_request("Steps/0", stop=("return",))])
    assert stopped.finish_reason == "stop"
    assert "return" not in stopped.completion


def test_a_script_of_your_own(tmp_path: Path) -> None:
    """Rows say which problem they answer, with which text, and whether it is right; ids may be written otherwise."""
    path = tmp_path / "answers.jsonl"
    rows = [
        {"task_id": "Mbpp/11", "completion": "good"},
        {"problem_id": "MBPP/11", "completion": "bad", "right": False},
        {"task_id": 12, "completion": "only", "right": False},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    requests = [_request("MBPP/11"), _request("MBPP/12")]
    assert {reply.completion for reply in _ask(f"scripted:{path}", requests)} == {"good", "only"}
    (bad,) = _ask(f"scripted:{path}?right=0", requests[:1])
    assert bad.completion == "bad"
    with pytest.raises(BackendError, match=r"has no answer to MBPP/13; expected one for each problem"):
        _ask(f"scripted:{path}", [_request("MBPP/13")])


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("scripted:steps?rigt=1", "'rigt=1' is no knob; expected right=…, spread=…"),
        ("scripted:steps?right=2", "right='2', expected a share from 0 to 1"),
        ("scripted:steps?tpot=nan", "tpot='nan', expected seconds"),
        ("scripted:steps?gone=0", "gone='0', expected the number of a request"),
        ("scripted:steps?tpot.Steps=1", "'tpot.Steps=1' is no knob"),
    ],
)
def test_a_knob_that_makes_no_sense(address: str, told: str) -> None:
    """It is told in one line, before anything starts."""
    with pytest.raises(UsageError) as caught:
        open_backend(parse_address(address), BackendOptions())
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ('{"task_id": "x"}\n', "line 1: lacks `task_id` or `completion`"),
        ('{"task_id": "x", "completion": "y"}\nnot json\n', "line 2: is no row of a script"),
    ],
)
def test_a_script_that_cannot_be_used(tmp_path: Path, text: str, told: str) -> None:
    """File, line and reason in one line."""
    path = tmp_path / "answers.jsonl"
    path.write_text(text)
    with pytest.raises(SamplesError) as caught:
        _ask(f"scripted:{path}", [])
    assert told in str(caught.value)
    with pytest.raises(SamplesError, match="no such file"):
        _ask(f"scripted:{tmp_path / 'none.jsonl'}", [])


def test_faults_on_demand() -> None:
    """`gone` ends it at a request, with what was given out before being good; `empty` and `garbled` spoil a share."""
    with open_backend(parse_address("scripted:right?gone=6"), BackendOptions(concurrency=1)) as backend:
        replies = backend.replies(_many(1))
        assert len([next(replies) for _ in range(5)]) == 5
        with pytest.raises(BackendError, match=r"gone at request 6"):
            next(replies)
    empty = _ask("scripted:right?empty=1", [_request("Steps/0")])[0]
    assert (empty.completion, empty.usage.completion_tokens, empty.logprob) == ("", 0, None)
    assert set(empty.absent) == {"timing.ttft_seconds", "timing.tpot_seconds", "logprob"}
    garbled = _ask("scripted:right?garbled=1", [_request("Steps/0")])[0]
    assert "\ud800" in garbled.completion
    assert "\x00" in garbled.completion
