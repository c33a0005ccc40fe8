"""Files of the Hub: a real HTTP server on the loopback stands where the Hub is, and answers as it does."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub.constants
import pytest

from isocost.backends.hub import hub_file, hub_model, split_file
from isocost.backends.llamacpp.weights import find_weights
from isocost.errors import BackendError

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class _Hub(BaseHTTPRequestHandler):
    """Has OWNER/OPEN with one file; OWNER/GATED is gated; has nothing else."""

    model = b""

    def do_GET(self) -> None:
        """A file, or the list of files of a repository."""
        self._answer()

    def do_HEAD(self) -> None:
        """The same without its content."""
        self._answer()

    def _answer(self) -> None:
        if "/GATED" in self.path:
            return self._refuse(403, "GatedRepo")
        if "/OPEN" not in self.path:
            return self._refuse(404, "RepoNotFound")
        if not self.path.endswith("model.gguf"):
            return self._refuse(404, "EntryNotFound")
        self.send_response(200)
        self.send_header("ETag", f'"{hashlib.sha256(self.model).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(self.model)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(self.model)
        return None

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(tiny_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Hub on the loopback, and an empty cache."""
    _Hub.model = tiny_gguf.read_bytes()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("hub")
def test_a_file_of_the_hub_is_found_and_kept(tiny_gguf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes into the Hub's own cache once; afterwards no network is needed."""
    weights = find_weights("OWNER/OPEN/model.gguf")
    assert weights.path.read_bytes() == tiny_gguf.read_bytes()
    assert weights.trained_context == 1024
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert hub_file("OWNER/OPEN", "model.gguf", extra="llamacpp") == weights.path


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("OWNER/GATED/model.gguf", "OWNER/GATED is gated: .* type: hf auth login"),
        ("OWNER/NOBODY/model.gguf", "has no model 'OWNER/NOBODY', or it is private"),
        ("OWNER/OPEN/other.gguf", "OWNER/OPEN/other.gguf: the repository has no such file"),
    ],
)
def test_what_the_hub_refuses_is_told_in_one_line(target: str, says: str) -> None:
    """Gated, absent, or another file: each says what to do next."""
    with pytest.raises(BackendError, match=says) as raised:
        find_weights(target)
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("hub")
def test_whole_models_are_refused_alike() -> None:
    """A gated and an absent repository, asked for as models of transformers or vLLM."""
    with pytest.raises(BackendError, match="is gated"):
        hub_model("OWNER/GATED", extra="hf")
    with pytest.raises(BackendError, match="has no model"):
        hub_model("OWNER/NOBODY", extra="hf")


@pytest.mark.usefixtures("hub")
def test_no_hub_to_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline (here by the Hub's own switch) and without a copy, one line says that both are missing."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(BackendError, match="not on this machine and could not be downloaded") as raised:
        find_weights("OWNER/OPEN/model.gguf")
    assert "\n" not in str(raised.value)


def test_what_is_no_model_is_not_asked_for(tmp_path: Path) -> None:
    """A folder without a config, and a name that no repository has, are refused here."""
    with pytest.raises(BackendError, match="it has no config"):
        hub_model(str(tmp_path), extra="hf")
    with pytest.raises(BackendError, match="expected one such as OWNER/MODEL"):
        hub_model("a/b/c", extra="hf")
    assert split_file("../models/small.gguf") is None
