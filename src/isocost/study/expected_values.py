"""Expected values of tests that are inputs only: the reference solutions give them, once for a machine and its Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from isocost.errors import OwnFaultError
from isocost.judge import wire
from isocost.judge.pool import Pool, Work
from isocost.records import CaseTests
from isocost.store.cache import Namespace, VerdictCache

Place = tuple[str, str]
"""A problem's id and the name of one of its test sets."""


def with_expected_values(
    suites: Mapping[Place, wire.Suite], pool: Pool, cache: VerdictCache
) -> dict[Place, wire.Suite]:
    """Fill in the expected values that are wanting, from the cache or by running the reference solutions in the pool.

    Raises OwnFaultError when a reference solution fails on its own inputs.
    """
    filled = dict(suites)
    wanting = {
        place: suite
        for place, suite in suites.items()
        if isinstance(suite.tests, CaseTests) and suite.tests.expected is None
    }
    if not wanting:
        return filled
    known = cache.get_many([suite.key for suite in wanting.values()], Namespace.expected)
    found = {key: value.decode() for key, value in known.items()}
    for key, text in _asked([suite for suite in wanting.values() if suite.key not in found], pool):
        found[key] = text
        cache.put_many({key: text.encode()}, Namespace.expected)  # each at once: some take a minute
    for place, suite in wanting.items():
        tests = msgspec.structs.replace(suite.tests, expected=found[suite.key])
        filled[place] = msgspec.structs.replace(suite, tests=tests)
    return filled


def _asked(suites: list[wire.Suite], pool: Pool) -> Iterator[tuple[str, str]]:
    """Ask the reference solutions; yield each test set's key with the values as text."""
    # A worker knows a test set by its key: these, still without expected values, must not pass for those with them.
    questions = [msgspec.structs.replace(suite, key=f"{suite.key} without expected values") for suite in suites]
    for answer in pool.answers(Work(token=token, suite=suite, source=None) for token, suite in enumerate(questions)):
        assert isinstance(answer, wire.Expected)  # noqa: S101 (no other question was asked)
        if answer.values is None:
            raise OwnFaultError(f"no expected values: {answer.reason}; run `isocost doctor`, or report this")
        yield suites[answer.token].key, answer.values
