"""Progress of a study on stderr: a table that moves where it is a terminal, a plain line now and then where it is not."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from isocost.cli.output import one_line, percent
from isocost.cli.progress import PLAIN_SECONDS

if TYPE_CHECKING:
    from rich.table import Table

    from isocost.study.running.progress import Cell, StudyProgress

_LIVE_SECONDS = 0.25


@contextmanager
def study_progress_shown() -> Iterator[Callable[[StudyProgress], None]]:
    """Give a function that shows how far a study is."""
    if not sys.stderr.isatty():
        yield _throttled(lambda progress: print(plain_line(progress), file=sys.stderr), PLAIN_SECONDS)
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), transient=True, auto_refresh=False) as live:
        yield _throttled(lambda progress: live.update(_table(progress), refresh=True), _LIVE_SECONDS)


def plain_line(progress: StudyProgress) -> str:
    """One line that says all: how far each model is, what passes so far, and what it took."""
    samples, wanted = (sum(getattr(cell, name) for cell in progress.cells) for name in ("samples", "wanted"))
    parts = [f"{progress.stage}: {samples} of {wanted} samples", *_spent(progress)]
    parts += [f"{cell.model} on {cell.benchmark} {_passing(cell)}" for cell in progress.cells if cell.pass_at_1]
    return one_line("; ".join(parts))


def _throttled(show: Callable[[StudyProgress], None], seconds: float) -> Callable[[StudyProgress], None]:
    last = [time.monotonic()]

    def shown(progress: StudyProgress) -> None:
        now = time.monotonic()
        if now - last[0] >= seconds:
            last[0] = now
            show(progress)

    return shown


def _table(progress: StudyProgress) -> Table:
    from rich.table import Table
    from rich.text import Text

    title = Text(f"{progress.stage}: {', '.join(_spent(progress))}")
    table = Table(title=title, title_justify="left", box=None)
    for name in ("model", "benchmark"):
        table.add_column(name)
    for name in ("samples", "judged", "pass@1 [95% interval]"):
        table.add_column(name, justify="right")
    for cell in progress.cells:
        table.add_row(
            Text(one_line(cell.model)[:40]),
            Text(one_line(cell.benchmark)[:40]),
            f"{cell.samples} of {cell.wanted}",
            str(cell.judged),
            Text(_passing(cell)),
        )
    return table


def _passing(cell: Cell) -> str:
    return "" if cell.pass_at_1 is None else percent(cell.pass_at_1)


def _spent(progress: StudyProgress) -> list[str]:
    parts = [] if progress.judging is None else [one_line(progress.judging)]
    parts.append(f"{progress.tokens:,} tokens")
    if progress.dollars is not None:
        parts.append(f"${progress.dollars:.2f}")
    if progress.rate is not None:
        parts.append(f"{progress.rate:,.0f} samples/s" if progress.rate >= 100.0 else f"{progress.rate:.3g} samples/s")
    if progress.left_seconds:
        parts.append(f"about {_duration(progress.left_seconds)} left")
    return parts


def _duration(seconds: float) -> str:
    """A time for people.

    >>> _duration(50), _duration(600), _duration(9000)
    ('50 s', '10 min', '2.5 h')
    """
    if seconds < 100.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60.0:.0f} min" if seconds < 6000.0 else f"{seconds / 3600.0:.1f} h"
