"""Parts of the openai backend without a server: events, texts, the number at once, and what errors mean."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.backends.openai_parts import requests

from isocost.backends.openai.body import Dialect, body_of
from isocost.backends.openai.collecting import Collecting, decoded
from isocost.backends.openai.endpoints import Endpoint, Endpoints
from isocost.backends.openai.events import EventReader
from isocost.backends.openai.governor import MOST, START, Governor
from isocost.backends.openai.troubles import (
    BrokenReplyError,
    BusyError,
    RefusedError,
    ServerFailedError,
    error_in_stream,
    refusal,
    seconds_to_wait,
    trouble,
)
from isocost.records import PromptForm

# --- events


@given(
    st.lists(st.lists(st.text("ab é\u2028", min_size=1).map(str.strip), min_size=1, max_size=3), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(1, 7), min_size=1),
)
def test_events_do_not_depend_on_how_bytes_were_cut(events: list[list[str]], end: str, cuts: list[int]) -> None:
    """Any way to cut the stream, and any of the three line ends, gives the same events."""
    stream = "".join(
        f": comment{end}event: x{end}" + "".join(f"data: {line}{end}" for line in lines) + end for lines in events
    ).encode()
    reader, found, place = EventReader(), [], 0
    for turn in range(len(stream) + 1):
        size = cuts[turn % len(cuts)]
        found += reader.feed(stream[place : place + size])
        place += size
    found += reader.feed(b": the next\n")
    assert found == ["\n".join(lines).encode() for lines in events]


@pytest.mark.parametrize("stream", [b"<html>\n\n", b'{"error": 1}\n\n', b"data: 1\n<p>\n\n"])
def test_what_is_no_stream_is_seen(stream: bytes) -> None:
    """A page or a bare document in place of events is a broken reply."""
    with pytest.raises(BrokenReplyError):
        EventReader().feed(stream)


# --- texts, tokens and times


def _event(**choice: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, **choice}]}, ensure_ascii=False).encode() + b"\n\n"


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1), st.integers(1, 5))
def test_a_text_cut_between_bytes_is_whole_again(text: str, size: int) -> None:
    """A text whose UTF-8 is cut anywhere, over events, comes whole."""
    raw = text.encode()
    collecting = Collecting()
    for place in range(0, len(raw), size):
        part = json.dumps({"choices": [{"delta": {"content": "@"}}]}).encode()
        quoted = json.dumps(raw[place : place + size].decode("latin-1"), ensure_ascii=False)[1:-1].encode("latin-1")
        collecting.feed(b"data: " + part.replace(b"@", quoted) + b"\n\n", 1.0)
    assert collecting.text == text


def test_surrogates_written_as_escapes_are_joined() -> None:
    """Half of a pair in each of two events is one character; a half that stays alone is replaced."""
    collecting = Collecting()
    for escape in (b"\\ud83d", b"\\ude00", b"\\ud83d"):
        collecting.feed(b'data: {"choices": [{"text": "' + escape + b'"}]}\n\n', 1.0)
    assert collecting.text == "😀\ufffd"


def test_times_follow_their_definitions() -> None:
    """First and last are of non-empty text; a time per token is over tokens, not events."""
    collecting = Collecting()
    collecting.feed(_event(delta={"role": "assistant", "content": ""}), 10.5)
    collecting.feed(_event(delta={"content": "ab"}), 11.0)
    collecting.feed(_event(delta={"content": "c"}), 12.0)
    collecting.feed(_event(delta={}, finish_reason="stop"), 13.0)
    collecting.feed(b'data: {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}}\n\n', 14.0)
    collecting.feed(b"data: [DONE]\n\n", 15.0)
    collecting.check_whole()
    reply = collecting.reply(next(requests(1)), written=10.0, started=1.0, attempts=2)
    assert (reply.completion, reply.finish_reason, reply.attempts) == ("abc", "stop", 2)
    assert (reply.timing.ttft_seconds, reply.timing.total_seconds) == (1.0, 2.0)
    assert reply.timing.tpot_seconds == pytest.approx(1.0 / 4)
    assert reply.usage.cached_tokens is None
    assert "usage.cached_tokens" in reply.absent


def test_thinking_aloud_is_in_the_clock_and_not_in_the_text() -> None:
    """Reasoning counts as tokens in the usage, so it counts in the times; the text is the answer alone."""
    collecting = Collecting()
    collecting.feed(_event(delta={"reasoning_content": "hm"}), 1.0)
    collecting.feed(_event(delta={"content": "42"}), 2.0)
    assert (collecting.text, collecting.first, collecting.last) == ("42", 1.0, 2.0)


def test_cached_tokens_are_read_where_servers_put_them() -> None:
    """In the usage's details, or among llama.cpp's timings."""
    for event in (
        b'{"usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}}',
        b'{"usage": {"prompt_tokens": 9}, "timings": {"cache_n": 4, "prompt_ms": 1.5}}',
    ):
        collecting = Collecting()
        collecting.take(decoded(event), 1.0)
        assert collecting.cached_tokens == 4


@pytest.mark.parametrize(
    "stream", [_event(text="a"), b"data: [DONE]\n\n", b'data: {"choices": []}\n\ndata: [DONE]\n\n']
)
def test_a_stream_without_its_end_is_broken(stream: bytes) -> None:
    """Neither a text without an end nor an end without a text is a reply."""
    collecting = Collecting()
    collecting.feed(stream, 1.0)
    with pytest.raises(BrokenReplyError):
        collecting.check_whole()


# --- what is sent


def test_bodies_follow_the_form_and_the_dialect() -> None:
    """One choice, streamed, with usage; each form has its own names, and what is refused is left out."""
    chat, text = next(requests(1, logprobs=True)), next(requests(1, form=PromptForm.completion, logprobs=True))
    body = json.loads(body_of(chat, "m", Dialect(limit_field="max_completion_tokens")))
    assert (body["n"], body["stream"], body["stream_options"]) == (1, True, {"include_usage": True})
    assert body["max_completion_tokens"] == 50
    assert "max_tokens" not in body
    assert body["messages"] == [{"role": "user", "content": "question 0"}]
    assert body["logprobs"] is True
    body = json.loads(body_of(text, "m", Dialect(limit_field="max_completion_tokens", cache_prompt=False)))
    assert (body["prompt"], body["max_tokens"], body["logprobs"]) == ("question 0", 50, 1)
    assert body["cache_prompt"] is False
    body = json.loads(body_of(chat, "m", Dialect(refused=frozenset({"logprobs", "seed"}))))
    assert not {"logprobs", "top_logprobs", "seed"} & body.keys()


# --- how many at once


def _round(governor: Governor, *, takes: int) -> None:
    """One round: as many as allowed are sent; what is above `takes` is refused, the rest comes back."""
    sent, now = governor.limit, governor.round
    for number in range(sent):
        if number >= takes:
            governor.refused(now, min(sent, takes))
    for number in range(min(sent, takes)):
        governor.finished(min(sent, takes) - number, 0.01, 1.0)


def test_slow_start_doubles_and_then_adds_one() -> None:
    """The number doubles until the first refusal, is then what the server takes, and is found again each round."""
    governor, seen = Governor(), []
    for _ in range(9):
        seen.append(governor.limit)
        _round(governor, takes=64)
    assert seen[:5] == [4, 8, 16, 32, 64]
    assert set(seen[6:]) <= {64, 65}


def test_a_server_that_takes_less_is_asked_less() -> None:
    """Refusals while the server writes nothing of ours halve the number, once a round, down to one."""
    governor = Governor(40)
    for _ in range(5):
        _round(governor, takes=1000)
    limits = []
    for _ in range(7):
        for _ in range(5):
            governor.refused(governor.round - 1, 0)  # sent before the last cut
        governor.refused(governor.round, 0)
        limits.append(governor.limit)
    assert limits == [20, 10, 5, 2, 1, 1, 1]


def test_a_server_that_lets_all_wait_is_seen() -> None:
    """One that works on two at a time and queues the rest is not sent hundreds; a number that was given is kept to."""
    found, given_by_user = Governor(), Governor(32)
    for governor in (found, given_by_user):
        for _ in range(60):
            sent = governor.limit
            for number in range(sent):
                waited = 0.01 + number // 2 * 1.0
                governor.finished(sent - number, waited, waited + 1.0)
    assert found.limit <= 8
    assert given_by_user.limit == 32
    assert START <= MOST


def test_who_uses_little_is_not_given_more() -> None:
    """Replies to one request at a time leave the number where it is."""
    governor = Governor()
    for _ in range(100):
        governor.finished(1, 0.01, 1.0)
    assert governor.limit == START


def test_a_gone_server_rests_and_is_tried_by_one() -> None:
    """Without a connection it rests at once, longer each time; then one request tries it."""
    endpoint = Endpoint("http://one/v1", None)
    rests = []
    now = 0.0
    for _ in range(8):
        endpoint.failed("refused", now, unreachable=True)
        rests.append(endpoint.rest_until - now)
        assert not endpoint.room(now)
        now = endpoint.rest_until
        assert endpoint.room(now)
    assert rests == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0]
    assert Endpoints([endpoint]).capacity() == 1
    endpoint.answered()
    assert not Endpoints([endpoint]).out_of_order()


# --- what errors mean


@pytest.mark.parametrize(
    "said",
    [
        "This model's maximum context length is 2048 tokens. However, you requested 2304 tokens",
        "the request exceeds the available context size (256 tokens), try increasing it",
        "`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 4000 `inputs` tokens",
        "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
        "Requested token count exceeds the model's maximum context length of 4096 tokens.",
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with 4096",
        "Requested tokens (300) exceed context window of 256",
    ],
)
@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_a_prompt_too_long_is_understood(said: str, status: int) -> None:
    """The many wordings of a context that is too short lead to one line, whatever the status."""
    found = trouble(status, None, json.dumps({"error": {"message": said}}).encode(), None)
    assert isinstance(found, RefusedError)
    assert "--ctx-size" in str(_line(found))
    inside = error_in_stream({"message": said, "code": status}, None)
    assert isinstance(inside, RefusedError)


def _line(found: RefusedError) -> str:
    return str(refusal(found, url="http://h/v1", model="m", api_key_env="K", has_key=True, path="/chat/completions"))


@pytest.mark.parametrize(
    "status, body, kind",
    [
        (429, b'{"error": {"message": "Rate limit reached"}}', BusyError),
        (503, b'{"error": {"message": "Loading model"}}', BusyError),
        (500, b"<html><b>oops</b></html>", ServerFailedError),
        (502, b"", ServerFailedError),
        (408, b"", ServerFailedError),
        (401, b'{"detail": "Unauthorized"}', RefusedError),
        (
            429,
            b'{"error": {"code": "insufficient_quota", "message": "exceeded your current quota, check billing"}}',
            RefusedError,
        ),
        (404, b'{"object": "error", "message": "The model `m` does not exist.", "code": 404}', RefusedError),
        (422, b'{"detail": [{"msg": "extra fields not permitted"}]}', RefusedError),
    ],
)
def test_statuses_mean_what_they_mean(status: int, body: bytes, kind: type[Exception]) -> None:
    """What may pass is asked again, what may not is a line."""
    found = trouble(status, None, body, None)
    assert type(found) is kind
    assert "<" not in str(found)


@pytest.mark.parametrize(
    "found, words",
    [
        (RefusedError(401, "no"), "environment variable K"),
        (RefusedError(403, "no"), "environment variable K"),
        (RefusedError(404, "model not found"), "/models` lists those that it has"),
        (RefusedError(404, "Not Found"), "--prompt completion"),
        (RefusedError(402, "no"), "quota"),
        (RefusedError(307, ""), "redirects"),
        (RefusedError(400, "top_p must be below 1"), "top_p must be below 1"),
    ],
)
def test_refusals_say_what_to_type(found: RefusedError, words: str) -> None:
    """Each status has its line."""
    assert words in _line(found)


def test_what_a_server_says_is_short_and_harmless() -> None:
    """Control characters, newlines and length of a server's message go no further."""
    found = trouble(400, None, json.dumps({"error": "\x1b[31mred\nline \u202e" + "x" * 5000}).encode(), None)
    assert "\x1b" not in str(found)
    assert "\u202e" not in str(found)
    assert len(str(found)) < 400


def test_retry_after_is_read_in_both_forms() -> None:
    """Seconds and dates; nonsense is as nothing."""
    assert seconds_to_wait("3") == 3.0
    assert seconds_to_wait(formatdate(time.time() - 100, usegmt=True)) == 0.0
    assert seconds_to_wait(formatdate(1000.0, usegmt=True), now=990.0) == 10.0
    assert seconds_to_wait("soon") is None
    assert seconds_to_wait(None) is None
    assert seconds_to_wait("nan") is None
