"""Which isolation holds on this machine: each level is started, runs an honest program, and is probed, live.

A level *holds* when it starts, the honest program works, and no probe escapes. `choose` takes the strongest that holds
and never silently a weaker one than was asked for. Probes never run at `unsafe`: nothing would contain them.
"""

from __future__ import annotations

import sys
import time

import msgspec

from isocost import values
from isocost.errors import SandboxError, SandboxUnavailableError
from isocost.records import Isolation, LimitHit, LimitPolicy, Limits, Record
from isocost.sandbox import honest, probes
from isocost.sandbox.bait import Bait
from isocost.sandbox.fork_server import Conversation, ForkServer, ProgramEnded
from isocost.sandbox.jail import kernel

LEVELS = (Isolation.strong, Isolation.contained)
"""Levels that may run untrusted programs, the strongest first."""

PROBES = (*probes.HOSTILE, "finds what the program before left", "changes something outside", "fills the disk")
"""Names of all probes."""

_LEFT, _TOUCHED, _FLOODED = PROBES[-3:]
_SCRATCH_BYTES = 1 << 20  # of the probed sandbox: filling it must not take long


class LevelReport(Record, frozen=True):
    """What was seen of one level on this machine."""

    level: Isolation
    """The level."""
    starts: bool
    """Whether it starts."""
    reason: str | None
    """Why it does not start, or what the honest program could not do; None if all is well."""
    start_seconds: float | None
    """Seconds from nothing to ready; None if it does not start."""
    honest: bool
    """Whether the honest program worked."""
    contained: int
    """Probes that were refused."""
    escaped: tuple[str, ...]
    """What probes could do and must not; always empty at `unsafe`, which is not probed."""

    @property
    def holds(self) -> bool:
        """Whether untrusted programs may run at this level."""
        return self.level in LEVELS and self.honest and not self.escaped and self.contained == len(PROBES)


def examine(policy: LimitPolicy) -> tuple[LevelReport, ...]:
    """Probe every level, the strongest first, with the whole honest program."""
    return tuple(probe(level, policy, whole=True) for level in Isolation)


def choose(policy: LimitPolicy, *, demand: Isolation | None = None, unsafe: bool = False) -> Isolation:
    """Give the strongest level that holds, or the demanded one if it holds.

    With `unsafe`, and only then, `Isolation.unsafe` is given where no level holds, or where it is demanded.

    Raises
    ------
    SandboxUnavailableError
        If the demanded level does not hold, or none does.
    """
    if demand is Isolation.unsafe:
        if unsafe:
            return demand
        raise SandboxUnavailableError(
            "isolation 'unsafe' lets programs do all that you can do; say --unsafe too, or ask for 'contained'"
        )
    failed = []
    for level in LEVELS if demand is None else (demand,):
        report = probe(level, policy)
        if report.holds:
            return level
        failed.append(f"{level} {_why_not(report)}")
    if demand is not None:
        raise SandboxUnavailableError(
            f"isolation {'; '.join(failed)}; `isocost doctor` shows which level holds here, or leave out --isolation"
        )
    if unsafe:
        return Isolation.unsafe
    raise SandboxUnavailableError(
        f"no isolation here is good enough for untrusted programs: {'; '.join(failed)}; "
        "`isocost doctor` shows why, --unsafe runs them all the same"
    )


def probe(level: Isolation, policy: LimitPolicy, *, whole: bool = False) -> LevelReport:
    """Start a level and see what holds.

    `whole` runs the whole honest program; without it asyncio is left out, whose import takes longer than all the rest.
    """
    lacking = _lacking()
    if lacking is not None:
        return _report(level, reason=lacking)
    started = time.monotonic()
    try:
        server = ForkServer(level, msgspec.structs.replace(policy, scratch_bytes=_SCRATCH_BYTES))
    except SandboxError as error:
        return _report(level, reason=str(error))
    seconds = time.monotonic() - started
    try:
        failed = _honest(server, policy, whole=whole)
        escaped = () if level is Isolation.unsafe else _escapes(server, policy)
    except SandboxError as error:
        return _report(level, reason=str(error), seconds=seconds)
    finally:
        server.close()
    contained = 0 if level is Isolation.unsafe else len(PROBES) - len(escaped)
    return _report(level, reason=failed, seconds=seconds, contained=contained, escaped=escaped)


def remedy(report: LevelReport) -> str | None:
    """Say in one line what would make a level hold; None where it does, or where we know no way."""
    if report.holds or report.level is Isolation.unsafe or report.reason is None or report.starts:
        return None
    if report.level is Isolation.strong:
        return (
            "allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "
            "kernel.apparmor_restrict_unprivileged_userns; in a container: a seccomp profile that lets unshare through)"
        )
    return "needs Linux 6.2 or later with landlock among the security modules (cat /sys/kernel/security/lsm)"


def _report(
    level: Isolation,
    *,
    reason: str | None,
    seconds: float | None = None,
    contained: int = 0,
    escaped: tuple[str, ...] = (),
) -> LevelReport:
    return LevelReport(
        level=level,
        starts=seconds is not None,
        reason=reason,
        start_seconds=seconds,
        honest=seconds is not None and reason is None,
        contained=contained,
        escaped=escaped,
    )


def _why_not(report: LevelReport) -> str:
    if not report.starts:
        return f"does not start ({report.reason})"
    if not report.honest:
        return f"fails an honest program ({report.reason})"
    return f"does not hold (a program {', '.join(report.escaped)})"


def _lacking() -> str | None:
    if sys.platform != "linux":
        return f"isolation is made of parts of Linux, this is {sys.platform}; use a Linux container or machine"
    if kernel.MACHINE not in kernel.CAPSET:
        return f"system calls of {kernel.MACHINE} are not known, only those of {' and '.join(kernel.CAPSET)}"
    return None


def _honest(server: ForkServer, policy: LimitPolicy, *, whole: bool) -> str | None:
    conversation = server.begin(honest.HONEST, _limits(policy))
    try:
        failed = _asked(conversation, "honest", whole)
    except ProgramEnded:
        return f"it was ended: {_ending(conversation)}"
    return str(failed) or None


def _escapes(server: ForkServer, policy: LimitPolicy) -> tuple[str, ...]:
    escaped: list[str] = []
    with Bait() as bait:
        conversation = server.begin(probes.RUNNER, _limits(policy))
        try:
            found = _asked(conversation, "run", list(probes.HOSTILE.items()), bait.given())
        except ProgramEnded:
            raise SandboxError(f"the probes were ended: {_ending(conversation)}") from None
        for name, broken in found:  # type: ignore[attr-defined]  # a list of pairs, as RUNNER makes it
            escaped.append(name if broken is None else f"{name} ({broken})")
        if bait.touched():
            escaped.append(_TOUCHED)
    _asked(server.begin(probes.LEAVE, _limits(policy)), "leave")
    if _asked(server.begin(probes.FOUND, _limits(policy)), "found"):
        escaped.append(_LEFT)
    conversation = server.begin(probes.FLOOD, _limits(policy))
    try:
        if _asked(conversation, "flood", _SCRATCH_BYTES):
            escaped.append(_FLOODED)
    except ProgramEnded:
        if conversation.facts().limit is not LimitHit.output:
            escaped.append(_FLOODED)
    return tuple(escaped)


def _asked(conversation: Conversation, function: str, *arguments: object) -> object:
    """Call a function of ours inside, and read its answer. Raises ProgramEnded, or SandboxError for an exception."""
    conversation.call(function, arguments, {})
    letter, text = conversation.receive()
    if letter != "v":
        raise SandboxError(f"a program of our own failed: {' '.join(text.split())}")
    return values.loads(text)


def _ending(conversation: Conversation) -> str:
    facts = conversation.facts()
    if facts.limit is not None:
        return f"limit {facts.limit}"
    return f"signal {facts.signal}" if facts.signal is not None else f"exit status {facts.exit_code}"


def _limits(policy: LimitPolicy) -> Limits:
    return Limits(
        cpu_seconds=10,
        wall_seconds=30.0,
        memory_bytes=policy.memory_bytes,
        scratch_bytes=_SCRATCH_BYTES,
        output_bytes=policy.output_bytes,
    )
