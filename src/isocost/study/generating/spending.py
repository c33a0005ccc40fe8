"""Caps: what has been spent on the samples at hand, and whether another one may be asked for.

Tokens and dollars are those of all samples in the run folders, also of earlier commands; hours are those of this one. What is
in flight counts as much as the dearest that came before, so that a cap is overrun only by answers dearer than that; of the
first answers, a handful from a server, nothing is known yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from isocost.errors import UsageError
from isocost.records import Sample, Window
from isocost.study.generating.request import Caps

if TYPE_CHECKING:
    from pathlib import Path

    from isocost.cost.prices import PriceTable, TokenPrice
    from isocost.store.run import Run


class Spending:
    """What was spent, held against caps."""

    def __init__(self, caps: Caps, clock: Callable[[], float] = time.monotonic) -> None:
        self._caps = caps
        self._clock = clock
        self._begun = clock()
        self._most_tokens = 0
        self._most_dollars = 0.0
        self.tokens = 0
        """Tokens of prompts and completions."""
        self.dollars = 0.0
        """Dollars, where there are prices."""
        self._ended: str | None = None
        self._counted: set[Path] = set()
        self._windows: set[str] = set()

    def end(self, why: str) -> None:
        """Ask for nothing more from now on: what is in flight still comes in. May be called from a signal handler."""
        self._ended = why

    def require_prices(self, models: Iterable[str]) -> None:
        """Check that each model has a price where dollars are capped; a price of the device will do. Raises UsageError."""
        prices = self._caps.prices
        if self._caps.dollars is None or prices is None:
            return
        for model in models:
            if prices.of_model(model) is None and not prices.devices:
                raise UsageError(
                    f"--max-dollars: the price table has no tokens of {model[:60]!r} and no device; expected a table "
                    f'[models."{model[:60]}"] with input and output, in dollars per million tokens'
                )

    def add(self, model: str, sample: Sample) -> None:
        """Count a sample. Raises UsageError where a cap needs tokens that it does not say."""
        usage = sample.usage
        prompt = None if usage is None else usage.prompt_tokens
        completion = None if usage is None else usage.completion_tokens
        price = self._price(model)
        if prompt is None or completion is None:
            if self._caps.tokens is not None or (self._caps.dollars is not None and price is not None):
                flag = "--max-tokens-total" if self._caps.tokens is not None else "--max-dollars"
                raise UsageError(
                    f"{flag} cannot be held: {model[:60]} does not say how many tokens an answer took; "
                    "type --max-hours instead, or --samples and --limit"
                )
            return
        self.tokens += prompt + completion
        self._most_tokens = max(self._most_tokens, prompt + completion)
        if price is not None:
            cached = 0 if usage is None or usage.cached_tokens is None else usage.cached_tokens
            dear = price.input * (prompt - cached) + price.output * completion
            dollars = (dear + (price.input if price.cached is None else price.cached) * cached) / 1e6
            self.dollars += dollars
            self._most_dollars = max(self._most_dollars, dollars)

    def add_window(self, model: str, window: Window) -> None:
        """Count the hours of a device, where the model has no price of its own. Raises UsageError for one without a price."""
        prices: PriceTable | None = self._caps.prices
        if prices is None or prices.of_model(model) is not None:
            return
        device = window.conditions.device
        hour = None if device is None else prices.of_device(device)
        if hour is None:
            if self._caps.dollars is None:
                return
            raise UsageError(
                f"--max-dollars cannot be held: the price table has neither tokens of {model[:60]!r} nor its device "
                f'{(device or "unknown")[:60]!r}; expected a table [models."{model[:60]}"] or [devices."NAME"]'
            )
        self.dollars += window.seconds * window.conditions.devices * hour / 3600.0

    def add_earlier(self, model: str, run: Run) -> None:
        """Count what a run folder held before, once; a window that stands in several runs counts once, too.

        Raises as `add` and `add_window`.
        """
        if run.folder in self._counted:
            return
        self._counted.add(run.folder)
        for sample in run.samples.read():
            self.add(model, sample)
        for window in run.windows.read():
            if window.id not in self._windows:
                self._windows.add(window.id)
                self.add_window(model, window)

    def over(self, in_flight: int) -> str | None:
        """Why nothing more may be asked for while so many are in flight; None while another one fits."""
        caps, coming = self._caps, in_flight + 1
        if self._ended is not None:
            return self._ended
        if caps.tokens is not None and self.tokens + coming * self._most_tokens > caps.tokens:
            return f"--max-tokens-total {caps.tokens:,} is reached"
        if caps.dollars is not None and self.dollars + coming * self._most_dollars > caps.dollars:
            return f"--max-dollars {caps.dollars:g} is reached"
        if caps.hours is not None and self._clock() - self._begun >= caps.hours * 3600.0:
            return f"--max-hours {caps.hours:g} is reached"
        return None

    def _price(self, model: str) -> TokenPrice | None:
        return None if self._caps.prices is None else self._caps.prices.of_model(model)
