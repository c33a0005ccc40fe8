"""What a check found."""

from __future__ import annotations

from enum import StrEnum

from isocost.records import Record


class Severity(StrEnum):
    """How much a finding weighs."""

    serious = "serious"
    """The result should not be believed, or not be shown to others, as it stands."""
    warning = "warning"
    """A part of the result may be an artefact; a reader has to be told."""
    note = "note"
    """Good to know, or something that could not be looked at."""


class Finding(Record, frozen=True):
    """One reason not to believe a result, and what to do about it."""

    severity: Severity
    """How much it weighs."""
    check: str
    """Name of the check, as in `isocost.study.checking.registry`."""
    run: str | None
    """The run's folder, or the result's file; None where it is about several runs."""
    model: str | None
    """The run's model; None where it is about several."""
    what: str
    """What was seen, with its numbers; it may hold names that somebody else chose."""
    remedy: str
    """What to do about it."""
    ids: tuple[str, ...] = ()
    """The problems or samples that it is about; empty where it is about all of them."""
