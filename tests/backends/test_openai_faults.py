"""Each fault of a server: nothing lost, nothing doubled, and the asking finishes, or stops with one clear line."""

from __future__ import annotations

import pytest
from tests.backends.openai_parts import PROBES, QUICK, asked, comes_to_rest, requests

from isocost.backends.backend import Reply
from isocost.backends.options import BackendOptions
from isocost.errors import BackendError

COUNT = 40


@pytest.fixture(scope="module")
def sound() -> dict[str, str]:
    """The texts that a server without faults gives."""
    with asked() as (backend, _):
        return {reply.id: reply.completion for reply in backend.replies(requests(COUNT))}


@pytest.mark.parametrize(
    "fault",
    [
        f"429:{PROBES}-9",
        f"429-retry-after:{PROBES}-5",
        f"429-date:{PROBES}-5",
        f"503:{PROBES}-9",
        f"500:{PROBES}-30:0.4",
        f"refuse:{PROBES}-30:0.4",
        f"reset:{PROBES}-:0.2",
        f"cut:{PROBES}-:0.2",
        f"stall:{PROBES}-:0.1",
        f"bad-json:{PROBES}-:0.2",
        f"bad-sse:{PROBES}-:0.2",
        f"error-event:{PROBES}-:0.2",
        f"two-choices:{PROBES}-:0.2",
        f"no-choices:{PROBES}-:0.2",
    ],
)
def test_what_passes_is_asked_again(fault: str, sound: dict[str, str]) -> None:
    """A fault that passes costs attempts, and no text: each reply is the one of a sound server, once."""
    with asked(fault) as (backend, server):
        replies = list(backend.replies(requests(COUNT)))
        assert comes_to_rest(server)
        asked_for = server.facts()["requests"] - PROBES
    assert len(replies) == COUNT
    assert {reply.id: reply.completion for reply in replies} == sound
    assert sum(reply.attempts for reply in replies) == asked_for > COUNT


@pytest.mark.parametrize(
    "fault, words",
    [
        (f"expired:{PROBES + 10}-", "put a valid key into the environment variable OPENAI_API_KEY"),
        (f"two-choices:{PROBES + 10}-", "more than one choice"),
        (f"no-choices:{PROBES + 10}-", "no choice and no text"),
        (f"429:{PROBES + 10}-", "Rate limit reached"),
        (f"500:{PROBES + 10}-", "500 Internal Server Error"),
        (f"reset:{PROBES + 10}-", "the connection broke"),
        (f"silent:{PROBES + 10}-", "silence for"),
        (f"stall:{PROBES + 10}-", "silence for 0.1 s in the middle of a reply"),
    ],
)
def test_what_does_not_pass_ends_in_one_line(fault: str, words: str) -> None:
    """A fault that stays ends the asking with one line that says what it was; the replies before it are good."""
    options = BackendOptions(deadline_seconds=1.5, stall_seconds=0.1)
    with asked(fault, options=options) as (backend, server):
        good: list[Reply] = []
        line = ""
        try:
            for reply in backend.replies(requests(COUNT)):
                good.append(reply)  # noqa: PERF402 (the loop is what is interrupted)
        except BackendError as error:
            line = str(error)
        assert words in line
        assert server.url in line
        assert "\n" not in line
        assert 1 <= len(good) == len({reply.id for reply in good}) <= 10


def test_without_usage_there_is_no_time_per_token() -> None:
    """Where a reply has no usage, its tokens and its time per token are None, with the reason; its other times stand."""
    with asked(f"no-usage:{PROBES}-") as (backend, _):
        replies = list(backend.replies(requests(5)))
    for reply in replies:
        assert reply.usage.completion_tokens is None
        assert reply.timing.tpot_seconds is None
        assert reply.timing.ttft_seconds is not None
        assert "events are not tokens" in reply.absent["timing.tpot_seconds"]
        assert reply.absent["usage.completion_tokens"] == "the server reported no usage"


def test_halves_of_characters_are_joined_and_other_bytes_replaced(sound: dict[str, str]) -> None:
    """A character cut in two by the transport is whole again; bytes that are no UTF-8 become U+FFFD."""
    with asked(f"bad-utf8:{PROBES}-") as (backend, _):
        replies = list(backend.replies(requests(5)))
    for reply in replies:
        assert "é\ufffd\ufffd" in reply.completion
        assert reply.completion.replace("é\ufffd\ufffd", "", 1) == sound[reply.id]


def test_a_silent_server_is_asked_again_elsewhere() -> None:
    """A request that is never answered is asked again when half of its time is over."""
    options = BackendOptions(deadline_seconds=2.0, stall_seconds=0.1)
    with asked(f"silent:{PROBES}-{PROBES + 1}", options=options) as (backend, _):
        replies = list(backend.replies(requests(10)))
    assert len(replies) == 10
    assert sorted(reply.attempts for reply in replies)[-2:] == [2, 2]


def test_faults_mixed(sound: dict[str, str]) -> None:
    """Several kinds of faults at once, 120 requests: each reply once."""
    kinds = ("reset", "500", "429", "bad-json", "cut")
    with asked(*(f"{kind}:{PROBES}-:0.05" for kind in kinds), options=QUICK) as (backend, server):
        replies = list(backend.replies(requests(120)))
        assert sum(reply.attempts for reply in replies) == server.facts()["requests"] - PROBES
    assert sorted(reply.id for reply in replies) == sorted(f"r{number}" for number in range(120))
    assert {reply.id: reply.completion for reply in replies if reply.id in sound} == sound
