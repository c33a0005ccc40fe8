"""What every backend has to do, shown of the two that need no model: scripted answers and recorded samples."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import pytest
from tests.backends.conformance import Conformance

from isocost.backends.address import parse_address
from isocost.backends.backend import Backend, Request
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.records import PromptForm


class TestScripted(Conformance):
    """Made-up answers to isocost's own ladder."""

    most_at_once = 9

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls) -> Iterator[Backend]:
        """A model that is right half of the time."""
        with open_backend(parse_address("tiny=scripted:steps?right=0.5"), BackendOptions()) as backend:
            yield backend

    def request_for(self, number: int, *, form: PromptForm | None = None, seed: int | None = None) -> Request:
        """A request for one of the 28 problems that the script knows."""
        request = super().request_for(number, form=form, seed=seed)
        prompt = msgspec.structs.replace(request.prompt, problem_id=f"Steps/{number % 28}")
        return msgspec.structs.replace(request, prompt=prompt)


class TestReplay(Conformance):
    """A file of recorded samples."""

    most_at_once = 1

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
        """A thousand recorded samples, one for each problem."""
        path = tmp_path_factory.mktemp("replay") / "samples.jsonl"
        rows = [{"task_id": f"Problem/{number}", "completion": f"return {number}"} for number in range(1000)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        with open_backend(parse_address(f"replay:{path}"), BackendOptions()) as backend:
            yield backend


class TestReplayOfARun(TestReplay):
    """The samples of a run, which know their tokens and seconds."""

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
        """A thousand samples with all that a run keeps but a time per token."""
        path = tmp_path_factory.mktemp("replay") / "samples.jsonl"
        rows = [
            {
                "id": f"s{number}", "problem_id": f"Problem/{number}", "prompt_id": "p", "model": "m", "params": None,
                "draw": 0, "completion": "return", "finish_reason": "stop", "logprob": -0.5,
                "usage": {"prompt_tokens": 5, "cached_tokens": 0, "completion_tokens": 1, "computed_tokens": 1},
                "timing": {"clock": "client", "started": 1.0, "ttft_seconds": 0.5, "total_seconds": 0.5},
                "absent": {"timing.tpot_seconds": "fewer than two tokens"},
            }
            for number in range(1000)
        ]  # fmt: skip
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        with open_backend(parse_address(f"replay:{path}"), BackendOptions()) as backend:
            yield backend
