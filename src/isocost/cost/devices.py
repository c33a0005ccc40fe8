"""Devices: how many FLOPs and bytes a second they do, each figure with where it comes from; known ones, and profiles."""

from __future__ import annotations

import functools
import re
import tomllib
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec

from isocost.cost.architectures import nearest
from isocost.errors import InputError, UsageError
from isocost.records import Record

PROFILE_VERSION: Final = 1
"""Version of the profile files that `isocost profile` writes and `device` reads."""


class Origin(StrEnum):
    """How a figure of a device became known."""

    measured = "measured"
    """On the device itself."""
    datasheet = "datasheet"
    """From its maker: a limit that real programs stay below."""


class Figure(Record, frozen=True):
    """A number of a device with what it takes to believe it."""

    value: float
    """The number, in the unit of its field."""
    origin: Origin
    """Measured, or of a datasheet."""
    source: str
    """With what it was measured, or in which datasheet it stands."""


class Device(Record, frozen=True):
    """What a forward pass runs on, for one dtype."""

    name: str
    """As in `H100-SXM`."""
    dtype: str
    """Type of the numbers that the rates hold for, as `bf16`."""
    flops_per_second: Figure
    """Rate of matrix products."""
    bytes_per_second: Figure
    """Rate at which weights come from memory."""
    step_seconds: Figure | None = None
    """Fixed cost of a forward pass; None where it is not known."""
    layer_seconds: Figure | None = None
    """Fixed cost of each layer of a forward pass; None where it is not known."""
    overlap: bool = True
    """Whether arithmetic and memory run beside each other, so that the longer counts; else they add up."""
    memory_bytes: float | None = None
    """Its memory; None where that is the machine's."""
    most_watts: Figure | None = None
    """The most that the board may draw; None where it is not known. No energy is ever measured by it."""


@functools.cache
def devices() -> dict[str, Device]:
    """Return the known devices by name."""
    text = resources.files("isocost").joinpath("data", "devices.toml").read_text(encoding="utf-8")
    return {row.name: row for row in msgspec.convert(tomllib.loads(text)["device"], type=tuple[Device, ...])}


def device(name: str) -> Device:
    """Return the known device of this name, or that of a profile, where the name is the path of a .json file.

    In a name, case, blanks, hyphens and underscores may differ.

    Raises:
        UsageError: there is none; the text gives the nearest name.
        InputError: the file is not there, or is no profile with a device.

    >>> device("h100 sxm").bytes_per_second.origin.value
    'datasheet'
    >>> device("H100-SMX")
    Traceback (most recent call last):
        ...
    isocost.errors.UsageError: no known device is called 'H100-SMX'; did you mean H100-SXM? Expected one of ...
    """
    if name.endswith(".json"):
        return profiled_device(Path(name))
    keys = {plain(known): known for known in devices()}
    if plain(name) in keys:
        return devices()[keys[plain(name)]]
    near = nearest(plain(name), keys)
    meant = f"; did you mean {near}? Expected" if near else "; expected"
    raise UsageError(
        f"no known device is called {name[:80]!r}{meant} one of {', '.join(keys.values())}, or the .json file of a profile"
    )


def profiled_device(path: Path) -> Device:
    """Return the device of a file that `isocost profile` wrote.

    That is what its engine got of the device, fitted over at least 4 sizes; else the device as it was measured alone, of
    which engines get less, so that times come out too short.

    Raises:
        InputError: the file is not there, is no profile, is of a newer version, or has no device.
    """
    try:
        read = msgspec.json.decode(path.read_bytes(), type=_Profiled)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a file that isocost profile wrote") from None
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: no profile ({error}); give a file that isocost profile wrote") from None
    if read.schema_version > PROFILE_VERSION:
        raise InputError(
            f"{path}: a profile of version {read.schema_version}, expected at most {PROFILE_VERSION}; take a newer isocost"
        )
    found = read.effective or read.device
    if found is None:
        raise InputError(f"{path}: this profile has no device, for its models ran elsewhere; expected one made here")
    return found


class _Profiled(msgspec.Struct):
    """What is read here of a profile."""

    schema_version: int
    device: Device | None
    effective: Device | None


def plain(name: str) -> str:
    """Return a name for comparison: small letters, without blanks, hyphens and underscores."""
    return re.sub(r"[-_\s]+", "", name.lower())
