"""The profile's file: written whole, read with its version checked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from isocost.errors import InputError
from isocost.store.disk import disk_error, replace_file
from isocost.study.profiling.profile_record import SCHEMA_VERSION, Profile


def write_profile(path: Path, profile: Profile) -> None:
    """Write a profile; an old file is replaced whole or not at all.

    Raises:
        UsageError: the place cannot be written to.
        OwnFaultError: the disk is full or fails.
    """
    text = msgspec.json.format(msgspec.json.encode(profile), indent=2)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, [text, b"\n"])
    except OSError as error:
        raise disk_error(path, error) from None


def read_profile(path: Path) -> Profile:
    """Read a profile.

    Raises:
        InputError: there is no such file, it is no profile, or it is of a newer version.
    """
    try:
        text = path.read_bytes()
        version = msgspec.json.decode(text, type=_Version).schema_version
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a file that isocost profile wrote") from None
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: no profile ({error}); give a file that isocost profile wrote") from None
    if version > SCHEMA_VERSION:
        raise InputError(
            f"{path}: a profile of version {version}, this isocost reads up to {SCHEMA_VERSION}; take a newer isocost"
        )
    try:
        return msgspec.json.decode(text, type=Profile)
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: a damaged profile ({error}); make it again with isocost profile") from None


class _Version(msgspec.Struct):
    schema_version: int
