"""What a reader should know of costs that were measured: what they are of, what is missing in them, what they hang on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from isocost.records import Unit

if TYPE_CHECKING:
    from isocost.records import Window
    from isocost.store.run import Run
    from isocost.study.answering.window_shares import Measured


def window_caveats(runs: Sequence[Run], measured: Measured, timed: frozenset[Unit]) -> Iterator[str]:
    """Say it, for costs in the units that are taken from windows."""
    for run in runs:
        if run.folder in measured.untimed:
            without, samples = measured.untimed[run.folder]
            yield (
                f"{without} of {samples} samples of {str(run.folder)!r} do not say when they were made and how long that "
                "took, so that its seconds are not measured"
            )
    if Unit.seconds not in timed:
        if measured.runs:
            models = sorted({run.manifest.model for run in runs if run.folder not in measured.runs})
            yield f"seconds were measured for some models only, not for {', '.join(models)}: no budget is of measured seconds"
        return
    windows: dict[str, dict[str, Window]] = {}
    clocks: dict[str, set[str]] = {}
    for run in runs:
        seen = measured.runs[run.folder]
        windows.setdefault(run.manifest.model, {}).update({window.id: window for window in seen.windows})
        clocks.setdefault(run.manifest.model, set()).update(clock.value for clock in seen.clocks)
    yield from _lacking(measured)
    yield from _energy({name: list(of.values()) for name, of in windows.items()}, timed)
    yield from _places({name: list(of.values()) for name, of in windows.items()})
    if len({frozenset(of) for of in clocks.values()}) > 1 or any(len(of) > 1 for of in clocks.values()):
        told = _told({name: " and ".join(sorted(of)) or "nobody's" for name, of in clocks.items()})
        yield f"seconds were read from different clocks, the client's with the way to the engine in it: {told}"


def _lacking(measured: Measured) -> Iterator[str]:
    for model, count in measured.cut.items():
        yield (
            f"{count} {'sample' if count == 1 else 'samples'} of {model} were made in a window that a kill cut short: "
            "their device-seconds are shares of their own times, and what was lost in flight beside them is not charged"
        )
    for model, count in measured.elsewhere.items():
        yield (
            f"{count} {'sample' if count == 1 else 'samples'} of {model} that were made in the same windows are in none of these "
            "runs: the device's time beside them is charged to those at hand, whose seconds are too high"
        )
    for model, count in measured.unsplit.items():
        yield f"{count} samples of {model} do not say when their first token came: all of their seconds count as writing"


def _energy(windows: Mapping[str, Sequence[Window]], timed: frozenset[Unit]) -> Iterator[str]:
    for model, of in windows.items():
        without = [window for window in of if window.joules is None]
        if without and len(without) < len(of):
            reasons = sorted({window.absent.get("joules", "no reason is given") for window in without})
            yield (
                f"{len(without)} of {len(of)} windows of {model} have no joules ({'; '.join(reasons)}), so that it has no cost "
                "in joules"
            )
    if Unit.joules in timed:
        scopes = {
            name: " and ".join(sorted({window.energy_scope or "not said" for window in of}))
            for name, of in windows.items()
        }
        yield f"joules of a sample are its share of its window's, by device-seconds; what they are of: {_told(scopes)}"


def _places(windows: Mapping[str, Sequence[Window]]) -> Iterator[str]:
    """Whether models ran in different places, as far as that is known."""
    unknown = sorted(name for name, of in windows.items() if any(window.conditions.device is None for window in of))
    if unknown:
        yield (
            f"what device {', '.join(unknown)} ran on is not known: device-seconds are those of as many devices as the "
            "backend names, else of one"
        )
    for what, place in (("devices", _device), ("machines", _machine)):
        told = {
            name: " and ".join(sorted({place(window) for window in of} - {""})) for name, of in windows.items() if of
        }
        named = {name: words for name, words in told.items() if words}
        if len(set(named.values())) > 1 or any(
            len({place(window) for window in of} - {""}) > 1 for of in windows.values()
        ):
            yield f"seconds were measured on different {what}, which they tell of as much as of the models: {_told(named)}"


def _device(window: Window) -> str:
    conditions = window.conditions
    many = f"{conditions.devices} × " if conditions.devices > 1 else ""
    return "" if conditions.device is None else f"{many}{conditions.device}"


def _machine(window: Window) -> str:
    host = window.conditions.host
    said = [str(host[field]) for field in ("processor", "cores") if field in host]
    return f"{said[0]} with {said[1]} cores" if len(said) == 2 else "".join(said)


def _told(of_models: Mapping[str, str]) -> str:
    """What is said of each model, models of whom the same is said together."""
    models: dict[str, list[str]] = {}
    for name, words in of_models.items():
        models.setdefault(words, []).append(name)
    return "; ".join(f"{words} ({', '.join(names)})" if len(models) > 1 else words for words, names in models.items())
