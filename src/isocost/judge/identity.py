"""Content names of what a verdict depends on, so that the same program is never judged twice.

A verdict depends on the program, the test set, the policy of limits, this judge, Python, the installed modules that
the program names, the channel and the isolation. Nothing else may change one; nothing of this may be left out.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import metadata, util

from isocost.records import Isolation, LimitPolicy, Tests
from isocost.store.hashing import content_id, text_sha256

JUDGE_VERSION = 3
"""Raised whenever the judge may come to another verdict than before."""

_IMPORT = re.compile(r"(?:^|[;:])[ \t]*(?:from[ \t]+([\w.]+)|import[ \t]+([\w., \t]+))", re.MULTILINE)


def judge_name() -> str:
    """The judge and the Python it runs, as in `isocost 1, CPython 3.11.7`."""
    return f"isocost {JUDGE_VERSION}, {sys.implementation.name} {'.'.join(map(str, sys.version_info[:3]))}"


def tests_key(tests: Tests, reference: str) -> str:
    """Name a test set; the reference counts, because limits scale with it."""
    return content_id([tests, reference, judge_name()])


def verdict_key(source: str, tests: str, policy: LimitPolicy, isolation: Isolation) -> str:
    """Name a verdict; `tests` is a `tests_key`."""
    modules = {name: module_version(name) for name in sorted(_named(source) - sys.stdlib_module_names)}
    return content_id([text_sha256(source), tests, policy, isolation, modules])


def _named(source: str) -> set[str]:
    """Modules that a program seems to import; one too many does no harm."""
    parts = [part.split() for match in _IMPORT.finditer(source) for part in (match[1] or match[2]).split(",")]
    return {words[0].partition(".")[0] for words in parts if words} - {""}


@cache
def module_version(name: str) -> str | None:
    """Version of an installed third-party module; None where it is not installed."""
    try:
        if util.find_spec(name) is None:
            return None
    except (ImportError, ValueError):
        return None
    distributions = _distributions().get(name, [])
    return ", ".join(f"{item} {metadata.version(item)}" for item in sorted(set(distributions))) or "unknown"


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(metadata.packages_distributions())
