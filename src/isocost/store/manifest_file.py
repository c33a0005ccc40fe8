"""`manifest.json` on the disk: written whole, read with a check of its version, and held against what is asked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from isocost.errors import RunMismatchError, UsageError
from isocost.records import JudgePolicy, Manifest, Record
from isocost.store.disk import replace_file
from isocost.store.lines import LineCodec, NotJsonError, NotRecordError

SCHEMA_VERSION = 2
"""Version of the run folder's format that this code writes, and the newest that it reads."""

MANIFEST_NAME = "manifest.json"

# What cannot change a verdict: a run may be resumed tomorrow, from another commit, on another machine. What could
# change one has its own field: the judge's and Python's versions in `judge`, the extraction's in `extraction`.
_FREE_FIELDS = frozenset({"created", "git_commit", "host", "isocost_version", "spec"})


def settle_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest into a new folder, or hold it against the one that stands; return the one that then stands.

    How a run is judged is settled by its first judging: a manifest without a policy takes the one that is asked for, and
    one that asks for none leaves it as it is.

    Raises RunMismatchError naming each differing field, or as `read_manifest`.
    """
    if manifest.schema_version != SCHEMA_VERSION:
        message = f"a new manifest has schema version {manifest.schema_version}, expected {SCHEMA_VERSION}"
        raise ValueError(message)
    standing = read_manifest(folder)
    if standing is None:
        _write(folder, manifest)
        return manifest
    asked = msgspec.structs.replace(manifest, judging=manifest.judging or standing.judging)
    settled = msgspec.structs.replace(standing, judging=standing.judging or asked.judging)
    differences = _differences(settled, asked, "")
    if differences:
        message = (
            f"run folder {str(folder)!r} was made differently: {'; '.join(differences)}; "
            "give another --out, or the settings that it was made with"
        )
        raise RunMismatchError(message)
    if settled != standing:
        _write(folder, settled)
    return settled


def _write(folder: Path, manifest: Manifest) -> None:
    line = LineCodec(Manifest).encode(manifest)
    replace_file(folder / MANIFEST_NAME, [msgspec.json.format(line, indent=2), b"\n"])


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a folder; None where it has none. Raises RunMismatchError, UsageError."""
    path = folder / MANIFEST_NAME
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        message = f"cannot read {str(path)!r}: {error.strerror}; expected a run folder that you may read"
        raise UsageError(message) from error
    if _schema(path, text) == 1:
        text = _from_first_schema(text)
    try:
        return LineCodec(Manifest).decode(text)
    except (NotJsonError, NotRecordError) as error:
        message = (
            f"{str(path)!r} is not a manifest: {error}; give another run folder, or make it anew with another --out"
        )
        raise RunMismatchError(message) from error


class _Versioned(msgspec.Struct):
    """The one member that every version of the manifest has."""

    schema_version: int


def _schema(path: Path, text: bytes) -> int:
    """The version that a manifest states. Raises RunMismatchError where it states none, or one that is newer."""
    try:
        version = msgspec.json.decode(text, type=_Versioned).schema_version
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = (
            f"{str(path)!r} is not a manifest: {error}; give another run folder, or make it anew with another --out"
        )
        raise RunMismatchError(message) from error
    if version > SCHEMA_VERSION:
        message = (
            f"{str(path)!r} has schema version {version}, this isocost reads up to {SCHEMA_VERSION}: "
            "install the isocost that wrote it, or a newer one"
        )
        raise RunMismatchError(message)
    return version


def _from_first_schema(text: bytes) -> bytes:
    """The manifest of schema 1 as one of this schema: how a run is judged stood among the other fields there."""
    fields = msgspec.json.decode(text, type=dict[str, object])
    judging = {name: fields.pop(name) for name in JudgePolicy.__struct_fields__ if name in fields}
    return msgspec.json.encode(fields | {"schema_version": SCHEMA_VERSION, "judging": judging})


def _differences(standing: Record, asked: Record, prefix: str) -> list[str]:
    """Name each differing field with both values, down through nested records."""
    found: list[str] = []
    for name in standing.__struct_fields__:
        there, here = getattr(standing, name), getattr(asked, name)
        if prefix + name in _FREE_FIELDS or there == here:
            continue
        if isinstance(there, Record) and isinstance(here, Record):
            found += _differences(there, here, f"{prefix}{name}.")
        else:
            found.append(f"{prefix}{name} is {_shown(there)} there and {_shown(here)} here")
    return found


def _shown(value: object) -> str:
    return repr(str(value)) if isinstance(value, str) else repr(value)
