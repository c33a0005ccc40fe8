"""Limits of one program, from the policy and the reference solution's own time."""

from __future__ import annotations

import math
from typing import NamedTuple

from isocost.records import LimitPolicy, Limits

REFERENCE = LimitPolicy(cpu_seconds=120.0, memory_bytes=8 << 30)
"""What a reference solution may use."""


class Need(NamedTuple):
    """What the reference solution used on this machine, against the same tests."""

    cpu_seconds: float
    memory_bytes: int


def limits_for(policy: LimitPolicy, reference: Need | None = None) -> Limits:
    """Give the limits; without the reference's need, the least that any program gets."""
    cpu, memory = policy.cpu_seconds, policy.memory_bytes
    if reference is not None:
        cpu = max(cpu, policy.cpu_factor * reference.cpu_seconds)
        memory = max(memory, math.ceil(policy.memory_factor * reference.memory_bytes))
    whole = math.ceil(cpu)
    return Limits(
        cpu_seconds=whole,
        wall_seconds=whole * policy.wall_factor,
        memory_bytes=memory,
        scratch_bytes=policy.scratch_bytes,
        output_bytes=policy.output_bytes,
    )
