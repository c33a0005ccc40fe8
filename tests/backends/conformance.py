"""What every backend has to do, as tests: subclass `Conformance`, name the class `Test…`, and give it a backend.

    class TestMine(Conformance):
        @pytest.fixture(scope="class")
        @classmethod
        def backend(cls) -> Iterator[Backend]:
            with MyBackend(address, options) as backend:
                yield backend

A backend that cannot answer any prompt overrides `request_for`; one that is slow lowers `some`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from isocost.backends.backend import Backend, Reply, Request
from isocost.records import Conditions, Prompt, PromptForm, SamplingParams

REPLY_PATHS = (
    "finish_reason",
    "logprob",
    "usage.prompt_tokens",
    "usage.cached_tokens",
    "usage.completion_tokens",
    "usage.computed_tokens",
    "timing.ttft_seconds",
    "timing.tpot_seconds",
    "timing.total_seconds",
)
CONDITION_PATHS = ("engine", "engine_version", "device", "dtype", "threads", "context_tokens", "prompt_cache")


def value_at(record: object, path: str) -> object:
    """The value of a field of a field."""
    for name in path.split("."):
        record = getattr(record, name)
    return record


class Conformance:
    """The suite."""

    some = 6
    """Requests in a small test."""
    most_at_once = 256
    """Most requests that the backend may have pulled before it gave a reply."""
    forms: tuple[PromptForm, ...] = (PromptForm.chat, PromptForm.completion)
    """Forms of prompts that it takes."""
    max_tokens = 8
    """Most tokens of an answer."""

    def request_for(self, number: int, *, form: PromptForm | None = None, seed: int | None = None) -> Request:
        """Request `number`; the same number is the same prompt."""
        form = form or self.forms[0]
        prompt = Prompt(
            id=f"prompt-{number}", problem_id=f"Problem/{number}", template="conformance", form=form,
            text=f"Write a Python function that returns {number}.",
        )  # fmt: skip
        params = SamplingParams(
            temperature=0.8, top_p=0.95, max_tokens=self.max_tokens, seed=number if seed is None else seed
        )
        return Request(id=f"sample-{form}-{number}-{seed}", prompt=prompt, params=params, logprobs=number % 2 == 0)

    def _replies(self, backend: Backend, count: int) -> list[Reply]:
        return list(backend.replies(self.request_for(number) for number in range(count)))

    def test_each_request_has_one_reply(self, backend: Backend) -> None:
        """Each request is answered once, under its id."""
        replies = self._replies(backend, self.some)
        assert sorted(reply.id for reply in replies) == sorted(self.request_for(n).id for n in range(self.some))

    def test_both_forms_are_answered(self, backend: Backend) -> None:
        """A conversation and a text to go on with are both answered, where the model takes both."""
        requests = [self.request_for(1, form=form) for form in self.forms]
        assert {reply.id for reply in backend.replies(requests)} == {request.id for request in requests}

    def test_no_requests_no_replies(self, backend: Backend) -> None:
        """An iterable that ends at once ends the asking."""
        assert list(backend.replies(())) == []

    def test_an_iterable_that_ends_early_ends_the_asking(self, backend: Backend) -> None:
        """What is in flight when the requests end is still answered."""

        def requests() -> Iterator[Request]:
            for number in itertools.count():
                if number == 3:
                    return
                yield self.request_for(number)

        assert len(list(backend.replies(requests()))) == 3

    def test_requests_are_pulled_as_there_is_room(self, backend: Backend) -> None:
        """An endless iterable is pulled only as far as there is room."""
        pulled = 0

        def requests() -> Iterator[Request]:
            nonlocal pulled
            for number in itertools.count():
                pulled += 1
                yield self.request_for(number % 1000, seed=number)

        replies = backend.replies(requests())
        next(replies)
        assert 1 <= pulled <= self.most_at_once
        assert hasattr(replies, "close")
        replies.close()

    def test_closing_gives_up_what_is_in_flight(self, backend: Backend) -> None:
        """After closing, the backend answers other requests, and nothing of the old ones turns up."""
        replies = backend.replies(self.request_for(number, seed=7) for number in range(50))
        next(replies)
        assert hasattr(replies, "close")
        replies.close()
        wanted = {self.request_for(number).id for number in range(self.some)}
        assert {reply.id for reply in self._replies(backend, self.some)} == wanted

    def test_a_fault_of_the_iterable_is_its_owners(self, backend: Backend) -> None:
        """What the iterable raises comes out as it is, and the backend stays good."""

        def requests() -> Iterator[Request]:
            yield self.request_for(0)
            raise LookupError("of the iterable")

        with pytest.raises(LookupError, match="of the iterable"):
            list(backend.replies(requests()))
        assert len(self._replies(backend, 2)) == 2

    def test_every_none_of_a_reply_has_its_reason(self, backend: Backend) -> None:
        """A field that is None has a reason of one line, and only such a field has one."""
        for reply in self._replies(backend, self.some):
            missing = {path for path in REPLY_PATHS if value_at(reply, path) is None}
            assert set(reply.absent) == missing
            assert all(why and "\n" not in why for why in reply.absent.values())

    def test_numbers_make_sense(self, backend: Backend) -> None:
        """Tokens are within what was asked for, times follow each other and name their clock, a log-probability is not above 0."""
        for reply in self._replies(backend, self.some):
            usage, timing = reply.usage, reply.timing
            assert usage.completion_tokens is None or 0 <= usage.completion_tokens <= self.max_tokens
            assert usage.prompt_tokens is None or usage.prompt_tokens > 0
            assert usage.cached_tokens is None or 0 <= usage.cached_tokens <= (usage.prompt_tokens or 0)
            times = (timing.ttft_seconds, timing.tpot_seconds, timing.total_seconds)
            assert timing.clock is not None or times == (None, None, None)
            assert all(seconds is None or seconds > 0 for seconds in times)
            if timing.ttft_seconds is not None and timing.total_seconds is not None:
                assert timing.ttft_seconds <= timing.total_seconds
            assert reply.logprob is None or reply.logprob <= 0
            assert reply.attempts >= 1

    def test_the_same_seed_gives_the_same_text(self, backend: Backend) -> None:
        """Where the backend says that it honours seeds, it does."""
        if not backend.conditions().capabilities.get("seed"):
            pytest.skip("the backend does not say that it honours seeds")
        texts = {reply.completion for _ in range(3) for reply in backend.replies([self.request_for(1, seed=3)])}
        assert len(texts) == 1

    def test_conditions_are_told(self, backend: Backend) -> None:
        """The conditions name the backend, and each None has its reason."""
        conditions: Conditions = backend.conditions()
        assert conditions.backend
        assert conditions.devices >= 1
        missing = {path for path in CONDITION_PATHS if value_at(conditions, path) is None}
        assert {path for path in conditions.absent if path in CONDITION_PATHS} == missing
        assert all(why and "\n" not in why for why in conditions.absent.values())

    def test_processes_are_those_of_this_machine(self, backend: Backend) -> None:
        """Process ids are of processes that are there."""
        assert all(pid > 0 for pid in backend.pids())
