"""Where a benchmark's file is found: a folder that is named, the user's cache, or its public home, once.

A download is kept only if its bytes have the pinned hash, and it appears under its name only when it is whole. It is a
plain GET, also for the Hugging Face Hub (whose address `HF_ENDPOINT` replaces): some homes are not on the Hub, and
with the hash of the bytes pinned here, its client would add half a second of import and nothing to what is checked.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from isocost.benchmarks.rows import GZIP_MAGIC, unpacked
from isocost.errors import BenchmarkError, DataNotFoundError

HUB = "https://huggingface.co"
TIMEOUT_SECONDS = 30.0
"""Longest silence of a server."""
MOST_BYTES = 256 << 20
"""No benchmark's file is larger."""


@dataclass(frozen=True)
class Pin:
    """A published file: what it is called, what it holds, and where it can be had."""

    file: str
    """Name of the file in a data folder."""
    version: str
    """Version of the data."""
    sha256: str | None = None
    """Hash of the file; None where it is not known, and then it is never downloaded."""
    homes: tuple[str, ...] = ()
    """Addresses, tried in order; `{hub}` stands for the Hub's."""
    packed: bool = False
    """Whether the homes give it gzipped while the file, and its hash, are unpacked."""


@dataclass(frozen=True)
class Found:
    """A file and what it turned out to be."""

    path: Path
    """Where it lies."""
    data: bytes
    """Its bytes."""
    sha256: str
    """Their hash."""
    version: str
    """The pinned version if the hash is the pinned one; `local:` + 8 digits of the hash if it is another."""
    rules: str
    """The version of the data that its name declares, by which it is judged."""


def find(pins: Sequence[Pin], data_dir: Path | None, env: Mapping[str, str] = os.environ) -> Found:
    """Find the first of the pinned files: in the data folder, in the cache, or downloaded into the cache.

    The data folder is `data_dir`, else the one that ISOCOST_DATA names.

    Raises
    ------
    DataNotFoundError
        If it is nowhere and cannot be fetched; the text names the file and where to put it.
    BenchmarkError
        If what was fetched has another hash than the pinned one.

    """
    here = look(pins, data_dir, env)
    if here is not None:
        return _found(*here)
    folder, cache = _places(data_dir, env)
    wanted = next((pin for pin in pins if pin.homes and pin.sha256), None)
    named = folder if folder is not None else "the folder that --data-dir or ISOCOST_DATA names"
    put = f"put it into {named}, or into {cache}"
    if wanted is None:
        raise DataNotFoundError(f"{pins[0].file} is not on this machine and has no public home: {put}")
    try:
        return _found(fetch(wanted, cache, env), wanted)
    except OSError as error:
        url = _addresses(wanted, env)[0]
        raise DataNotFoundError(
            f"{wanted.file} is not on this machine and could not be downloaded ({_reason(error)}): "
            f"fetch {url} and {put}{' (unpacked)' if wanted.packed else ''}"
        ) from None


def look(pins: Sequence[Pin], data_dir: Path | None, env: Mapping[str, str] = os.environ) -> tuple[Path, Pin] | None:
    """Say where the first of the pinned files lies on this machine; nothing is read, and nothing downloaded."""
    for place in _places(data_dir, env):
        for pin in pins:
            path = place / pin.file if place is not None else None
            if path is not None and path.is_file():
                return path, pin
    return None


def fetch(pin: Pin, folder: Path, env: Mapping[str, str] = os.environ) -> Path:
    """Download a pinned file into a folder, whole or not at all, and return its path.

    Raises
    ------
    BenchmarkError
        If a home answered with other bytes than those pinned, and no other home did better.
    OSError
        If no home gave it (the last reason is told), or the folder cannot be written.

    """
    if _is_set(env, "ISOCOST_OFFLINE") or _is_set(env, "HF_HUB_OFFLINE"):
        raise OSError("downloads are switched off by ISOCOST_OFFLINE or HF_HUB_OFFLINE")
    folder.mkdir(parents=True, exist_ok=True)
    unreachable: OSError | None = None
    wrong: BenchmarkError | None = None
    for url in _addresses(pin, env):
        try:
            data = _get(url)
        except OSError as error:
            unreachable = error
            continue
        if pin.packed and data.startswith(GZIP_MAGIC):
            data = unpacked(data, Path(pin.file))
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 == pin.sha256:
            return _put(data, folder / pin.file)
        wrong = BenchmarkError(
            f"{pin.file}: {url} gave {len(data)} bytes with SHA-256 {sha256[:12]}…, expected {str(pin.sha256)[:12]}…; "
            "nothing was kept, try another network or put the file there by hand"
        )
    raise wrong or unreachable or OSError("it has no public home")


def cache_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Return the user's cache folder: ISOCOST_CACHE, else isocost under XDG_CACHE_HOME or ~/.cache."""
    own = _folder(env.get("ISOCOST_CACHE"))
    if own is not None:
        return own
    return (_folder(env.get("XDG_CACHE_HOME")) or Path("~/.cache").expanduser()) / "isocost"


def read_local(path: Path) -> Found:
    """Read a file that the user names; its version is by its hash, its rules are those that its name declares."""
    declared = re.search(r"v\d+\.\d+\.\d+", path.name, re.ASCII)
    return _found(path, Pin(file=path.name, version=declared[0] if declared else ""))


def _places(data_dir: Path | None, env: Mapping[str, str]) -> tuple[Path | None, Path]:
    """Return the data folder, if one is named, and the cache's."""
    folder = data_dir if data_dir is not None else _folder(env.get("ISOCOST_DATA"))
    return folder, cache_folder(env) / "benchmarks"


def _found(path: Path, pin: Pin) -> Found:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataNotFoundError(f"{path} cannot be read: {_reason(error)}") from None
    sha256 = hashlib.sha256(data).hexdigest()
    version = pin.version if pin.sha256 == sha256 else f"local:{sha256[:8]}"
    return Found(path=path, data=data, sha256=sha256, version=version, rules=pin.version)


def _addresses(pin: Pin, env: Mapping[str, str]) -> list[str]:
    """Return the homes with the Hub's address in place; a Hub that the user names comes first."""
    endpoint = env.get("HF_ENDPOINT", "").strip().rstrip("/")
    homes = sorted(pin.homes, key=lambda home: not home.startswith("{hub}")) if endpoint else pin.homes
    return [home.replace("{hub}", endpoint or HUB) for home in homes]


def _get(url: str) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise OSError(f"{url} is no web address")
    request = urllib.request.Request(url, headers={"User-Agent": "isocost"})  # noqa: S310 (checked above)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            data: bytes = answer.read(MOST_BYTES + 1)
            length = answer.headers.get("Content-Length", "")
    except urllib.error.HTTPError as error:
        error.close()  # it holds the connection
        raise OSError(f"HTTP {error.code} {error.reason}") from None
    except http.client.HTTPException as error:  # a garbled answer; not an OSError
        raise OSError(f"broken answer: {type(error).__name__}") from None
    if len(data) > MOST_BYTES:
        raise OSError(f"more than {MOST_BYTES} bytes")
    if length.isdigit() and len(data) < int(length):  # `read` with a bound does not tell
        raise OSError(f"the answer ended after {len(data)} of {length} bytes")
    return data


def _put(data: bytes, path: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        return part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _folder(value: str | None) -> Path | None:
    return Path(value).expanduser() if value and value.strip() else None


def _is_set(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").strip().lower() not in {"", "0", "false", "no"}


def _reason(error: OSError) -> str:
    reason = getattr(error, "reason", None) or error.strerror or str(error)
    return " ".join(str(reason).split())[:120]
