"""Addresses of servers: what is none, and what may hold a secret."""

from __future__ import annotations

import pytest

from isocost.backends.address import parse_address
from isocost.errors import UsageError


@pytest.mark.parametrize(
    "typed",
    [
        "http://user:hidden@host/v1#m",
        "https://hidden@host/v1#m",
        "http://host/v1?api_key=hidden#m",
        "http://host:port/v1?api_key=hidden#m",
        "http://[::1/v1?api_key=hidden#m",
        "http://host/v1,http://user:hidden@[::1/v1#m",
    ],
)
def test_an_address_that_may_hold_a_secret_is_refused_and_not_repeated(typed: str) -> None:
    """A user, a password, or what stands behind a question mark: keys belong into the environment."""
    with pytest.raises(UsageError, match="put the key into OPENAI_API_KEY") as caught:
        parse_address(typed)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("typed", ["http://[::1/v1#m", "http://host:99999/v1#m", "http://host:port/v1#m", "http://,#m"])
def test_what_is_no_address_is_told_in_one_line(typed: str) -> None:
    """Brackets that do not close, and ports that are none."""
    with pytest.raises(UsageError, match=r"is no address of a server; expected one such as http://127\.0\.0\.1"):
        parse_address(typed)


def test_one_server_typed_twice_is_one() -> None:
    """It would be counted as two devices else."""
    assert parse_address("http://host/v1,http://host/v1/#m").base_urls == ("http://host/v1",)
