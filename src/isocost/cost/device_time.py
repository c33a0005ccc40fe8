"""Device-seconds of samples that were in flight at once: at each moment the device's time is shared evenly among them.

    share(i) = devices · ∫ 1/n(t) dt over the time in which i was in flight, n(t) samples being in flight at t

The shares of a window add up to `devices` × the time in which something was in flight. Time in which nothing was is
nobody's. Source: the definition of seconds as a budget, device-seconds = window × devices, shared over the samples in flight.

Not covered: that samples in flight at once do not all slow each other down alike. A prompt that is read beside others that
write is charged as one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from isocost.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class DeviceTime(NamedTuple):
    """Device-seconds of each sample, shape (samples,)."""

    prompt: NDArray[np.float64]
    """Until its first token was there."""
    completion: NDArray[np.float64]
    """From then on."""


def device_time(started: ArrayLike, first: ArrayLike, ended: ArrayLike, devices: int = 1) -> DeviceTime:
    """Share the time of one window among the samples that were made in it.

    Args:
        started: shape (samples,): when each sample's request was written, by one clock.
        first: when its first token was there; what lies outside its span is taken as the nearer end.
        ended: when its last token was there, not before `started`.
        devices: number of devices that served the window.

    Returns:
        Device-seconds up to the first token, and after it. A sample that took no time has none.

    Raises:
        DomainError: a sample that ends before it starts, a time that is no number, fewer than one device.

    >>> shares = device_time([0.0, 1.0], [0.5, 2.0], [2.0, 3.0])
    >>> shares.prompt.tolist(), shares.completion.tolist()
    ([0.5, 0.5], [1.0, 1.0])
    """
    begin, middle, end = (np.atleast_1d(np.asarray(times, dtype=np.float64)) for times in (started, first, ended))
    if devices < 1:
        raise DomainError(f"devices is {devices}, expected at least 1; a device that is not known counts as one")
    if not (np.isfinite(begin).all() and np.isfinite(middle).all() and (end >= begin).all() and np.isfinite(end).all()):
        raise DomainError(
            "a sample ends before it starts, or a time is no number; leave out samples without their times"
        )
    if not begin.size:
        return DeviceTime(begin, begin)
    begin, middle, end = (times - begin.min() for times in (begin, np.clip(middle, begin, end), end))
    edges = np.unique(np.concatenate([begin, end]))
    running = np.searchsorted(np.sort(begin), edges[:-1], "right") - np.searchsorted(np.sort(end), edges[:-1], "right")
    shared = np.where(running > 0, np.diff(edges) / np.maximum(running, 1), 0.0)
    of_one = devices * np.concatenate([[0.0], np.cumsum(shared)])  # what a sample has had that was in flight all along
    had = [np.interp(times, edges, of_one) for times in (begin, middle, end)]
    return DeviceTime(had[1] - had[0], had[2] - had[1])
