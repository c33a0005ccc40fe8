"""Whether runs that stand beside each other were made alike: judged, locked in and timed in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.records import Isolation, LimitPolicy
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from isocost.records import JudgePolicy
    from isocost.study.checking.facts import Facts, StudyFacts

OF_NO_ACCOUNT = frozenset({"kernel", "python"})
"""Fields of a host that do not say which machine it is; Python's version is in `judge`."""
CONDITIONS = (
    "backend", "engine", "engine_version", "device", "devices", "threads", "prompt_cache", "dtype", "context_tokens",
)  # fmt: skip
"""Conditions of windows that have to agree beside the host."""
OF_THE_WEIGHTS = frozenset({"dtype", "context_tokens"})
"""Those that may differ on purpose, when a quantised model is one of the choices."""
MOST_NAMED = 4
"""Runs named for each value."""


def mixed_isolation(study: StudyFacts) -> Iterator[Finding]:
    """Runs judged at different levels of isolation, or without any."""
    unsafe = [facts.folder for facts in study.runs if _isolation(facts) == Isolation.unsafe]
    if unsafe:
        yield Finding(
            severity=Severity.serious, check="mixed_isolation", run=None, model=None,
            what=f"{len(unsafe)} of {len(study.runs)} runs were judged unsafe: {_named(unsafe)}; a program could have "
            "changed its verdict, and more",
            remedy="judge again where a level of isolation holds; `isocost doctor` says how to get one",
        )  # fmt: skip
    values = _values(study.runs, _isolation)
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
    aspects: dict[str, Callable[[JudgePolicy], str]] = {
        f"limits.{name}": lambda policy, name=name: f"{getattr(policy.limits, name):g}"  # type: ignore[misc]
        for name in LimitPolicy.__struct_fields__
    }
    aspects |= {"extraction": lambda policy: policy.extraction, "judge": lambda policy: policy.judge}
    for name, value in aspects.items():
        values = _values(study.runs, lambda facts: None if facts.judging is None else value(facts.judging))  # noqa: B023
        if len(values) > 1:
            yield _differ("made_differently", Severity.serious, name, values, "judge the same samples again, all alike")


def hosts_differ(study: StudyFacts) -> Iterator[Finding]:
    """Models that ran on other machines, devices or engines: seconds, throughput and latency then compare these, too.

    Where windows were measured their conditions are looked at, else the host of the run's manifest.
    """
    if len({facts.model for facts in study.runs}) < 2:
        return
    timed = [facts for facts in study.runs if facts.timed]
    measured = len({facts.model for facts in timed}) > 1
    runs = timed if measured else study.runs
    told = {facts.folder: _machine(facts) for facts in runs}
    for name in dict.fromkeys(name for machine in told.values() for name in machine):
        values = _values(runs, lambda facts: told[facts.folder].get(name))  # noqa: B023 (called at once)
        if len(values) > 1:
            severity = Severity.warning if name in OF_THE_WEIGHTS else Severity.serious
            yield _differ(
                "hosts_differ", severity if measured else Severity.note, name, values,
                "measure all models on one machine, device and engine, one after the other, before seconds, throughput, "
                "latency or joules are compared"
                if measured
                else "nothing was timed, so that only programs near a time limit can be judged differently; say it if "
                "seconds are measured later",
            )  # fmt: skip


def _machine(facts: Facts) -> dict[str, str]:
    """What a run was timed on, by name; several values are joined. What is not known is not in it."""
    if not facts.windows:
        return {f"host {name}": str(value) for name, value in facts.manifest.host.items() if name not in OF_NO_ACCOUNT}
    found: dict[str, dict[str, None]] = {}
    for conditions in (window.conditions for window in facts.windows):
        pairs: dict[str, object] = {name: getattr(conditions, name) for name in CONDITIONS}
        pairs |= {f"host {name}": value for name, value in conditions.host.items() if name not in OF_NO_ACCOUNT}
        for name, value in pairs.items():
            if value is not None:
                found.setdefault(name, {})[str(value)] = None
    return {name: " and ".join(values) for name, values in found.items()}


def _isolation(facts: Facts) -> str | None:
    return None if facts.judging is None else facts.judging.isolation.value


def _scored(facts: Facts) -> Iterator[str]:
    for tallies in facts.tallies.values():
        yield from tallies


def _values(runs: Iterable[Facts], value: Callable[[Facts], str | None]) -> dict[str, list[str]]:
    """Folders of runs by the value that each has; those of which it is not known are left out."""
    found: dict[str, list[str]] = {}
    for facts in runs:
        told = value(facts)
        if told is not None:
            found.setdefault(told, []).append(facts.folder)
    return found


def _differ(check: str, severity: Severity, name: str, values: dict[str, list[str]], remedy: str) -> Finding:
    told = "; ".join(f"{value} in {_named(folders)}" for value, folders in values.items())
    return Finding(severity=severity, check=check, run=None, model=None, what=f"{name} differs: {told}", remedy=remedy)


def _named(folders: list[str]) -> str:
    more = f" and {len(folders) - MOST_NAMED} more" if len(folders) > MOST_NAMED else ""
    return ", ".join(folders[:MOST_NAMED]) + more
