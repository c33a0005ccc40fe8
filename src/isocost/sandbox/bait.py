"""What is put out for the probes to reach: a file, sockets, a listener, and this process itself."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from isocost.sandbox.fork_server import ENVIRONMENT


class Bait:
    """A context in which there is something outside that a program could get at.

    The file and its folder are open to every user, so that only the sandbox stands between.
    """

    def __enter__(self) -> Self:
        """Put it out."""
        self._folder = Path(tempfile.mkdtemp(prefix="isocost-bait-"))
        self._folder.chmod(0o777)
        self._canary = self._folder / "canary"
        self._canary.write_text("as it was")
        self._canary.chmod(0o666)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._abstract = f"\0isocost-bait-{secrets.token_hex(8)}"
        self._by_name = str(self._folder / "socket")
        self._datagrams = [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
        for one, address in zip(self._datagrams, (self._abstract, self._by_name), strict=True):
            one.bind(address)
        Path(self._by_name).chmod(0o666)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        for one in (self._listener, *self._datagrams):
            one.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def given(self) -> dict[str, object]:
        """Tell where it is, as plain values."""
        return {
            "pid": os.getpid(),
            "home": str(Path.home()),
            "package": str(Path(__file__).resolve().parents[1]),
            "folder": str(self._folder),
            "canary": str(self._canary),
            "socket": self._by_name,
            "abstract": self._abstract,
            "port": self._listener.getsockname()[1],
            "environment": [*ENVIRONMENT, "TMPDIR"],
        }

    def touched(self) -> bool:
        """Whether the file or its folder are not as they were, or a message arrived."""
        for one in self._datagrams:
            one.setblocking(False)
            try:
                one.recv(1)
            except BlockingIOError:
                continue
            return True
        here = sorted(path.name for path in self._folder.iterdir())
        return here != ["canary", "socket"] or self._canary.read_text() != "as it was"
