"""The checks, in the order in which a reader is told. A new one is a function and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from isocost.study.checking.differences import difference_not_shown
from isocost.study.checking.made_alike import hosts_differ, made_differently, mixed_channel, mixed_isolation
from isocost.study.checking.near_limits import near_limits
from isocost.study.checking.one_quantity import one_quantity
from isocost.study.checking.problems import few_problems, saturated, unfair_included
from isocost.study.checking.programs_read import extraction_changed, no_program
from isocost.study.checking.sampling import deterministic_sampling
from isocost.study.checking.scoring import sandbox_errors, unjudged, without_sample
from isocost.study.checking.truncated import truncated

if TYPE_CHECKING:
    from isocost.study.checking.facts import Facts, StudyFacts
    from isocost.study.checking.finding import Finding


class Check(NamedTuple):
    """One check; it looks at each run alone, or at all of them together."""

    name: str
    """Its name, which its findings carry."""
    of_run: Callable[[Facts], Iterator[Finding]] | None = None
    """What looks at one run."""
    of_study: Callable[[StudyFacts], Iterator[Finding]] | None = None
    """What looks at all of them."""


CHECKS = (
    Check("unjudged", of_run=unjudged),
    Check("without_sample", of_run=without_sample),
    Check("sandbox_errors", of_run=sandbox_errors),
    Check("truncated", of_run=truncated),
    Check("no_program", of_run=no_program),
    Check("extraction_changed", of_run=extraction_changed),
    Check("near_limits", of_run=near_limits),
    Check("deterministic_sampling", of_run=deterministic_sampling),
    Check("unfair_included", of_run=unfair_included),
    Check("saturated", of_run=saturated),
    Check("few_problems", of_study=few_problems),
    Check("difference_not_shown", of_study=difference_not_shown),
    Check("made_differently", of_study=made_differently),
    Check("mixed_isolation", of_study=mixed_isolation),
    Check("mixed_channel", of_study=mixed_channel),
    Check("hosts_differ", of_study=hosts_differ),
    Check("one_quantity", of_study=one_quantity),
)
"""Every check."""
