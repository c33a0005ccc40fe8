"""What llama.cpp cannot serve ends in one line that says what to type next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.backends.tiny_models import TINY, request
from tests.cost.gguf_writer import gguf, qwen2

from isocost.backends.address import ModelAddress
from isocost.backends.llamacpp import LlamaCppBackend
from isocost.backends.llamacpp.weights import Weights, find_weights, fitting_context
from isocost.backends.options import BackendOptions
from isocost.backends.random_gguf import write_random_gguf
from isocost.cost.memory import kv_bytes_per_token
from isocost.errors import BackendError, InputError, UsageError

OPTIONS = BackendOptions(context_tokens=256, concurrency=1)


def _refusal(target: str, options: BackendOptions = OPTIONS) -> str:
    """The line in which a model is refused."""
    address = ModelAddress(name="model", backend="llamacpp", target=target)
    with pytest.raises(InputError) as raised, LlamaCppBackend(address, options):
        pass
    line = str(raised.value)
    assert line.isprintable()
    return line


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A path without a file names both ways to give one."""
    assert "no such file" in _refusal(f"{tmp_path}/model.gguf")
    assert "no file but a folder" in _refusal(str(tmp_path))


def test_a_file_that_is_no_gguf(tmp_path: Path) -> None:
    """Text with the name of a GGUF file is refused by its first bytes, and a cut one by its header."""
    path = tmp_path / "model.gguf"
    path.write_text("not a model")
    assert "no GGUF file" in _refusal(str(path))
    path.write_bytes(gguf(*qwen2())[:60])
    assert "damaged GGUF header" in _refusal(str(path))


def test_a_file_that_ends_before_its_weights(tmp_path: Path, tiny_gguf: Path) -> None:
    """A download that broke off has a whole header; llama.cpp's own words say what is missing."""
    path = tmp_path / "model.gguf"
    path.write_bytes(tiny_gguf.read_bytes()[:-1000])
    line = _refusal(str(path))
    assert "llama.cpp could not serve the model" in line
    assert "download it again" in line


def test_a_shape_at_which_the_engine_ends_itself(tmp_path: Path) -> None:
    """Heads that do not share keys evenly make llama.cpp abort; the line has its reason, not the stack that it prints."""
    path = write_random_gguf(
        tmp_path / "odd.gguf", msgspec.structs.replace(TINY, hidden=48, heads=3), context_tokens=256
    )
    line = _refusal(str(path))
    assert "llama.cpp could not serve the model (signal 6)" in line
    assert "GGML_ASSERT" in line


def test_an_architecture_that_llama_cpp_lacks(tmp_path: Path, tiny_gguf: Path) -> None:
    """Its name is in the line, what a terminal would obey written out, and what can be done."""
    path = tmp_path / "model.gguf"
    path.write_bytes(tiny_gguf.read_bytes().replace(b"qwen2", b"no\x1b[m", 1))
    line = _refusal(str(path))
    assert "unknown model architecture: 'no\\x1b[m'" in line
    assert "upgrade xllamacpp" in line


def test_weights_of_another_type_than_asked_for(tiny_gguf: Path) -> None:
    """A GGUF file's weights are what they are: another dtype is refused, not ignored."""
    options = msgspec.structs.replace(OPTIONS, dtype="q4_0")
    address = ModelAddress(name="model", backend="llamacpp", target=str(tiny_gguf))
    with pytest.raises(UsageError, match="holds weights of f16"), LlamaCppBackend(address, options):
        pass


def test_a_device_that_is_not_there(tiny_gguf: Path) -> None:
    """A GPU that this build does not see is named beside what it has."""
    assert "no device 'cuda:7' here" in _refusal(str(tiny_gguf), msgspec.structs.replace(OPTIONS, device="cuda:7"))


def test_too_little_memory_for_the_context(tiny_gguf: Path) -> None:
    """A context whose keys and values would fill more than the machine has is refused before anything starts."""
    line = _refusal(str(tiny_gguf), msgspec.structs.replace(OPTIONS, context_tokens=1 << 40))
    assert "GiB free" in line
    assert "smaller --context-tokens" in line


def test_the_context_is_what_memory_reaches() -> None:
    """Where nobody asked for one, it is the model's own, or shorter where keys and values would not fit."""
    weights = Weights(path=Path("m.gguf"), size=10_000_000, dtype="f16", trained_context=32768, shape=TINY)
    kv = kv_bytes_per_token(TINY)
    wide = fitting_context(weights, 4, asked=None, free=1 << 34, where="here")
    tight = fitting_context(weights, 4, asked=None, free=int(40e6 + 4 * 8192 * kv), where="here")
    assert wide == 32768
    assert 512 <= tight < 32768
    assert weights.bytes_for(tight, 4) <= 40e6 + 4 * 8192 * kv
    assert fitting_context(weights, 4, asked=None, free=None, where="here") == 32768


def test_a_header_with_a_type_nobody_knows_has_no_dtype(tmp_path: Path) -> None:
    """What is not known is None, and the file may still be served."""
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf(*qwen2(), kind=99))
    assert find_weights(str(path)).dtype is None


def test_a_piece_without_the_others(tmp_path: Path) -> None:
    """A large model in pieces needs them all in one folder; the first that is missing is named."""
    path = tmp_path / "model-00002-of-00003.gguf"
    path.write_bytes(gguf(*qwen2()))
    assert "model-00001-of-00003.gguf is not beside it" in _refusal(str(path))


def test_a_prompt_longer_than_the_context(tiny_gguf: Path) -> None:
    """The server refuses it, and the line says so, instead of an answer to half a prompt."""
    address = ModelAddress(name="model", backend="llamacpp", target=str(tiny_gguf))
    with LlamaCppBackend(address, OPTIONS) as backend, pytest.raises(BackendError, match="context") as raised:
        list(backend.replies([request("a", "def add(a, b): return a + b\n" * 100)]))
    assert "\n" not in str(raised.value)


def test_without_the_extra_it_says_what_to_type() -> None:
    """Where xllamacpp is not installed, the line names the extra."""
    script = (
        "import sys\n"
        "import isocost.backends.llamacpp.server as server\n"
        "from pathlib import Path\n"
        "from isocost.errors import BackendError\n"
        # -S: no site-packages, so that the new process does not find it
        "server.ARGUMENTS = [*server.ARGUMENTS, '-S']\n"
        "try:\n"
        "    server.LlamaCppServer().__enter__()\n"
        "except BackendError as error:\n"
        "    print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install 'isocost[llamacpp]'" in told.stdout
    assert told.stdout.count("\n") == 1
