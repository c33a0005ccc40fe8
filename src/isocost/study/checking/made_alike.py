"""Whether runs that stand beside each other were made alike: judged, locked in and timed in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.records import Isolation
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isocost.study.checking.facts import Facts, StudyFacts

OF_NO_ACCOUNT = frozenset({"kernel", "python"})
"""Fields of a host that do not say which machine it is; Python's version is in `judge`."""
MOST_NAMED = 4
"""Runs named for each value."""


def mixed_isolation(study: StudyFacts) -> Iterator[Finding]:
    """Runs judged at different levels of isolation, or without any."""
    unsafe = [facts.folder for facts in study.runs if facts.manifest.isolation is Isolation.unsafe]
    if unsafe:
        yield Finding(
            severity=Severity.serious, check="mixed_isolation", run=None, model=None,
            what=f"{len(unsafe)} of {len(study.runs)} runs were judged unsafe: {_named(unsafe)}; a program could have "
            "changed its verdict, and more",
            remedy="judge again where a level of isolation holds; `isocost doctor` says how to get one",
        )  # fmt: skip
    values = _values(study.runs, lambda facts: facts.manifest.isolation.value)
    if len(values) > 1:
        yield _differ(
            "mixed_isolation", Severity.warning, "isolation", values,
            "judge all with one `--isolation`: what a program may do differs between levels, and a verdict with it",
        )  # fmt: skip


def mixed_channel(study: StudyFacts) -> Iterator[Finding]:
    """Tests that ran in the program's own process: all of them forgeable, and unequal between runs on the same data."""
    for facts in study.runs:
        if facts.shared:
            yield Finding(
                severity=Severity.note, check="mixed_channel", run=facts.folder, model=facts.model,
                ids=tuple(sorted(facts.shared)),
                what=f"the tests of {len(facts.shared)} problems ran in the program's own process (channel shared): "
                "such a verdict can be forged",
                remedy="read some programs that passed them (`isocost show RUN --problem ID`)",
            )  # fmt: skip
    for group in study.by_benchmark():
        for facts in group[1:]:
            first = group[0]
            judged = {*_scored(first)} & {*_scored(facts)}
            apart = sorted((first.shared ^ facts.shared) & judged)
            if apart:
                yield Finding(
                    severity=Severity.warning, check="mixed_channel", run=None, model=None, ids=tuple(apart),
                    what=f"{len(apart)} of {len(judged)} shared problems were judged in another channel in "
                    f"{facts.folder} than in {first.folder}",
                    remedy="judge both again with this isocost, so that the same tests run at the same place",
                )  # fmt: skip


def made_differently(study: StudyFacts) -> Iterator[Finding]:
    """Runs whose programs were read, limited or judged differently: `compare` and `analyse` refuse them."""
    aspects: dict[str, Callable[[Facts], str]] = {
        "limits": lambda facts: (
            f"{facts.manifest.limits.cpu_seconds:g} s, {facts.manifest.limits.memory_bytes >> 20} MiB"
        ),
        "extraction": lambda facts: facts.manifest.extraction,
        "judge": lambda facts: facts.manifest.judge,
    }
    for name, value in aspects.items():
        values = _values(study.runs, value)
        policies = {facts.manifest.limits for facts in study.runs}
        if len(values) > 1 or (name == "limits" and len(policies) > 1):
            yield _differ("made_differently", Severity.serious, name, values, "judge the same samples again, all alike")


def hosts_differ(study: StudyFacts) -> Iterator[Finding]:
    """Models that ran on different machines: seconds, throughput and latency then compare machines, too."""
    if len({facts.model for facts in study.runs}) < 2:
        return
    timed = [facts for facts in study.runs if facts.timed]
    measured = len({facts.model for facts in timed}) > 1
    runs = timed if measured else study.runs
    names = dict.fromkeys(name for facts in runs for name in facts.manifest.host if name not in OF_NO_ACCOUNT)
    for name in names:
        values = _values(runs, lambda facts: str(facts.manifest.host.get(name, "not told")))  # noqa: B023 (called at once)
        if len(values) > 1:
            yield _differ(
                "hosts_differ", Severity.serious if measured else Severity.note, f"host {name}", values,
                "measure all models on one machine and device, one after the other, before seconds, throughput, latency "
                "or joules are compared"
                if measured
                else "nothing was timed, so that only programs near a time limit can be judged differently; say it if "
                "seconds are measured later",
            )  # fmt: skip


def _scored(facts: Facts) -> Iterator[str]:
    for tallies in facts.tallies.values():
        yield from tallies


def _values(runs: tuple[Facts, ...] | list[Facts], value: Callable[[Facts], str]) -> dict[str, list[str]]:
    """Folders of runs by the value that each has."""
    found: dict[str, list[str]] = {}
    for facts in runs:
        found.setdefault(value(facts), []).append(facts.folder)
    return found


def _differ(check: str, severity: Severity, name: str, values: dict[str, list[str]], remedy: str) -> Finding:
    told = "; ".join(f"{value} in {_named(folders)}" for value, folders in values.items())
    return Finding(severity=severity, check=check, run=None, model=None, what=f"{name} differs: {told}", remedy=remedy)


def _named(folders: list[str]) -> str:
    more = f" and {len(folders) - MOST_NAMED} more" if len(folders) > MOST_NAMED else ""
    return ", ".join(folders[:MOST_NAMED]) + more
