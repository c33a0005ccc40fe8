"""Draws: which tokens are drawn follows from the run's seed, the problem and the draw, on every machine and at every time."""

from __future__ import annotations

import msgspec

from isocost.records import SamplingParams
from isocost.store.hashing import content_id

SEED_BITS = 31
"""What every engine takes; some hold seeds in a signed integer of 32 bits."""


def draw_seed(seed: int, problem_id: str, draw: int) -> int:
    """Seed of one draw: the first 31 bits of the content id of `["draw", seed, problem, draw]`.

    The model is not in it: several models are given the same seeds. Two of a thousand draws of one problem have the
    same seed in one of 4,300 cases, and would then be the same answer twice.

    >>> draw_seed(0, "HumanEval/0", 0), draw_seed(0, "HumanEval/0", 1)
    (852539513, 1112660236)
    """
    return int(content_id(["draw", seed, problem_id, draw])[:8], 16) >> (32 - SEED_BITS)


def params_of_draw(run: SamplingParams, problem_id: str, draw: int, stop: tuple[str, ...]) -> SamplingParams:
    """Parameters of one draw, as they are sent: its own seed in place of the run's, and the template's stop strings.

    A run without a seed is greedy, and its draws have none either.
    """
    seed = None if run.seed is None else draw_seed(run.seed, problem_id, draw)
    return msgspec.structs.replace(run, seed=seed, stop=stop)
