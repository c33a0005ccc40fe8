"""Colours of models by size: one ramp from light to dark that colour-blind readers can follow, on light and on dark paper."""

from __future__ import annotations

# Points of viridis (van der Walt and Smith 2015), which rises evenly in lightness for every kind of sight.
_RAMP = ("#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725")
_ON_LIGHT, _ON_DARK = (0.82, 0.0), (0.28, 1.0)


def size_colours(models: int) -> list[tuple[str, str]]:
    """Colours of so many models by rising size: each as drawn on light paper, and its like on dark paper.

    The larger a model, the more its colour stands out from the paper.

    >>> size_colours(2)
    [('#89d447', '#37598c'), ('#440154', '#fde725')]
    """
    return list(zip(_steps(models, *_ON_LIGHT), _steps(models, *_ON_DARK), strict=True))


def _steps(count: int, start: float, end: float) -> list[str]:
    if count == 1:
        return [_at((start + end) / 2)]
    return [_at(start + (end - start) * place / (count - 1)) for place in range(count)]


def _at(place: float) -> str:
    """The colour at a place of the ramp, from 0 to 1."""
    whole = min(int(place * (len(_RAMP) - 1)), len(_RAMP) - 2)
    part = place * (len(_RAMP) - 1) - whole
    below, above = (_channels(_RAMP[whole + step]) for step in (0, 1))
    mixed = (round(a + (b - a) * part) for a, b in zip(below, above, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
