"""A llama.cpp server on this machine, for as long as it is needed: started, awaited, and ended for sure.

It is a process of its own, started clean, so that its peak memory is the model's. It listens on 127.0.0.1, on a port that
the kernel chooses, and ends when the pipe to its stdin closes, which the kernel does for us if we are killed.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from isocost.errors import BackendError
from isocost.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

ARGUMENTS = ["-P"]
"""What Python is started with: `-P` keeps the folder of the script out of what it imports from."""

_SERVING = Path(__file__).with_name("serving.py")
_MOST_LINE = 300
_ERROR = re.compile(r"[\d.]+ E (?P<text>.+)")
"""A line of the log that tells an error: time, level, words."""
_SECRETS = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
"""Endings of variables that the process has no use for."""
_WAIT_SECONDS = 10.0


class Device(Record, frozen=True):
    """A device that this build of llama.cpp sees."""

    name: str
    """Its name there, as `CPU` or `CUDA0`."""
    description: str
    """What it is, as `NVIDIA H100 80GB HBM3`."""
    free: int
    """Bytes of memory that are free on it."""
    gpu: bool
    """Whether it is a GPU."""


class Settings(Record, frozen=True):
    """How the server is to run."""

    path: str
    """The GGUF file."""
    alias: str
    """What the model is called in requests."""
    context_tokens: int
    """Longest prompt and completion together, of one request."""
    slots: int
    """Requests that are computed at once."""
    threads: int
    """Threads on the CPU."""
    gpu_layers: int
    """Layers that a GPU holds; 0 for none."""
    prompt_cache: bool
    """Whether what two prompts share is read once."""


class LlamaCppServer:
    """The process. Entered, it has told its devices; `load` makes it serve; left, it is gone."""

    def __init__(self) -> None:
        self.devices: tuple[Device, ...] = ()
        self.version = ""
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the process.

        Raises BackendError where the extra is not installed or the process dies.
        """
        self._log = tempfile.TemporaryFile(prefix="isocost-llamacpp-")
        self._process = subprocess.Popen(
            [sys.executable, *ARGUMENTS, str(_SERVING)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
            start_new_session=True,  # Ctrl-C is for us: what is in flight is given up in order
            env={name: value for name, value in os.environ.items() if not name.endswith(_SECRETS)},
        )  # fmt: skip
        try:
            told = self._told(time.monotonic() + _WAIT_SECONDS * 6)
            self.devices = tuple(Device(**device) for device in told["devices"])
            self.version = str(told["version"])
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it is doing; it has nothing to lose."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    @property
    def pid(self) -> int:
        """The process that holds the model."""
        if self._process is None:
            raise BackendError("llama.cpp is not running; enter the backend first")
        return self._process.pid

    def load(self, settings: Settings, *, seconds: float) -> None:
        """Load the model and listen; on return `url` is where.

        Raises BackendError where it dies or takes longer than `seconds`.
        """
        assert self._process is not None  # noqa: S101 (entered)
        assert self._process.stdin is not None  # noqa: S101 (opened as a pipe)
        text = json.dumps({name: getattr(settings, name) for name in settings.__struct_fields__}) + "\n"
        try:
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None
        told = self._told(time.monotonic() + seconds)
        if "url" not in told:
            raise self._died()
        self.url = str(told["url"])

    def watch(self, died: Callable[[BackendError], None]) -> None:
        """Have `died` called, in another thread, with the reason and last words if the process ends before it is left."""
        process = self._process
        assert process is not None  # noqa: S101 (entered)

        def wait() -> None:
            process.wait()
            if self._process is process:
                died(self._died())

        threading.Thread(target=wait, name="isocost-llamacpp", daemon=True).start()

    def _told(self, until: float) -> dict[str, Any]:
        """One message of the process; it is read in pieces, because a pipe may hold half a line."""
        assert self._process is not None  # noqa: S101 (started)
        assert self._process.stdout is not None  # noqa: S101 (opened as a pipe)
        text = b""
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            while not text.endswith(b"\n"):
                if not ready.select(max(0.0, until - time.monotonic())):
                    raise BackendError(
                        "llama.cpp did not load its model in time; type a longer --deadline, or give a smaller model"
                    )
                piece = os.read(self._process.stdout.fileno(), 65536)
                if not piece:
                    raise self._died()
                text += piece
        told: dict[str, Any] = json.loads(text)
        if "missing" in told:
            raise BackendError(
                f"llama.cpp cannot be loaded ({_plain(str(told['missing']))}); type: pip install 'isocost[llamacpp]'"
            )
        return told

    def _died(self) -> BackendError:
        assert self._process is not None  # noqa: S101 (started)
        try:
            code = self._process.wait(timeout=_WAIT_SECONDS)
            how = f"signal {-code}" if code < 0 else f"exit status {code}"
        except subprocess.TimeoutExpired:
            how = "it does not answer"
        reason = self.last_words()
        if "unknown model architecture" in reason:
            hint = "this llama.cpp does not know it: pip install --upgrade xllamacpp, or give another model"
        else:
            hint = "give another file, or download it again"
        return BackendError(f"llama.cpp could not serve the model ({how}): {reason or 'it said nothing'}; {hint}")

    def log(self) -> str:
        """What it wrote so far, the last mebibyte of it; untrusted text."""
        if self._log is None:
            return ""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), 1 << 20, max(0, size - (1 << 20))).decode("utf-8", errors="replace")

    def last_words(self) -> str:
        """What went wrong by its log, on one line, with nothing in it that a terminal obeys.

        Of the errors the first two are taken: the later ones only say that the earlier ones were errors. Where it ended
        itself because something that it takes for granted was not so, that is the reason, and not the stack printed after.
        """
        lines = [line.strip() for line in self.log().splitlines()[-200:] if line.strip()]
        errors = [found["text"] for line in lines if (found := _ERROR.match(line))]
        aborts = [line for line in lines if "GGML_ASSERT" in line or "GGML_ABORT" in line]
        return _plain(" | ".join(aborts[:1] or errors[:2] or lines[-2:]))


def _plain(text: str) -> str:
    """Text of somebody's on one line, cut, with what is not printable written out."""
    line = " ".join(text.split())[:_MOST_LINE]
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
