"""Files and folders of the Hugging Face Hub, through `huggingface_hub`, its errors each in one line."""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isocost.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = r"[\w-][\w.-]*"
_FILE = re.compile(rf"(?P<repo>{_NAME}/{_NAME})/(?P<file>{_NAME}(?:/{_NAME})*)")
_REPO = re.compile(rf"(?:{_NAME}/)?{_NAME}")
_MODEL_FILES = ["*.json", "*.safetensors", "*.model", "*.jinja", "*.txt"]


def split_file(text: str) -> tuple[str, str] | None:
    """Split `OWNER/REPO/FILE` into repository and file; None where it is nothing of the kind.

    >>> split_file("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/qwen2.5-coder-0.5b-instruct-q4_0.gguf")
    ('Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF', 'qwen2.5-coder-0.5b-instruct-q4_0.gguf')
    >>> split_file("./models/small.gguf")
    """
    found = _FILE.fullmatch(text)
    return (found["repo"], found["file"]) if found else None


def hub_file(repo: str, file: str, *, extra: str) -> Path:
    """Return the local copy of a file, downloaded if need be into the Hub's own cache.

    `extra` names isocost's extra that brings `huggingface_hub`.

    Raises BackendError: not installed, no such repository or file, gated, no network.
    """
    return Path(
        _asked(
            lambda hub: hub.hf_hub_download(repo, file, endpoint=os.environ.get("HF_ENDPOINT")),
            what=f"{repo}/{file}", repo=repo, extra=extra,
        )
    )  # fmt: skip


def hub_model(target: str, *, extra: str) -> Path:
    """Return the folder of a model: `target` itself where it is one, else the local copy of that repository.

    Raises BackendError: as `hub_file`; also where `target` is neither a folder nor the name of a repository.
    """
    folder = Path(target).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise BackendError(f"{target[:200]}: no model in this folder: it has no config.json; give a model's folder")
        return folder
    if not _REPO.fullmatch(target):
        raise BackendError(f"{target[:200]!r} is no folder, and no model of the Hub; expected one such as OWNER/MODEL")
    return Path(
        _asked(
            lambda hub: hub.snapshot_download(
                target, allow_patterns=_MODEL_FILES, endpoint=os.environ.get("HF_ENDPOINT")
            ),
            what=target, repo=target, extra=extra,
        )
    )  # fmt: skip


def _asked(ask: Callable[[Any], str], *, what: str, repo: str, extra: str) -> str:
    try:
        hub = importlib.import_module("huggingface_hub")
        errors = importlib.import_module("huggingface_hub.errors")
    except ModuleNotFoundError:
        raise BackendError(
            f"{what[:200]} would be downloaded from the Hugging Face Hub, but huggingface_hub is not installed; "
            f"type: pip install 'isocost[{extra}]'"
        ) from None
    try:
        return ask(hub)
    except errors.GatedRepoError:
        raise BackendError(
            f"{repo} is gated: its owner lets in who asked; ask at huggingface.co/{repo}, then type: hf auth login"
        ) from None
    except errors.RepositoryNotFoundError:
        raise BackendError(
            f"the Hugging Face Hub has no model {repo[:200]!r}, or it is private and you are not logged in; "
            "check the name, or type: hf auth login"
        ) from None
    except errors.RemoteEntryNotFoundError:
        raise BackendError(
            f"{what[:200]}: the repository has no such file; see huggingface.co/{repo}/tree/main"
        ) from None
    except (
        errors.LocalEntryNotFoundError,
        errors.OfflineModeIsEnabled,
        errors.HfHubHTTPError,
        OSError,
        ValueError,
    ) as error:
        why = " ".join(str(error).split())[:160] or type(error).__name__
        raise BackendError(
            f"{what[:200]} is not on this machine and could not be downloaded ({_plain(why)}); "
            "check the network, or give the path of a file or folder that is here"
        ) from None


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
