"""Targets outside the sandbox, easy to reach for who is not locked in, and a look at them afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

MARK = "isocost-attack"
"""Programs that leave something by name put this into the name."""
SYSTEM_V_KEY = 0x150C057
"""Programs that make a System V object use this key."""
_PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue", "/")


class Canaries:
    """A file that everybody may read and write, listeners of four kinds, a process, and a secret in the environment.

    `TMPDIR` points to an empty folder meanwhile, so that what the judge itself leaves is seen too.
    """

    def __enter__(self) -> Self:
        """Set them out."""
        self.folder = _open_folder()
        self.temporary = _open_folder()
        self._file = self.folder / "file"
        self._file.write_text("for nobody's eyes")
        self._file.chmod(0o666)
        self._secret = secrets.token_hex(16)
        self._kept = {name: os.environ.get(name) for name in ("TMPDIR", "ISOCOST_CANARY")}
        os.environ |= {"TMPDIR": str(self.temporary), "ISOCOST_CANARY": self._secret}
        self._kept_folder, tempfile.tempdir = tempfile.tempdir, None
        abstract = f"isocost-{secrets.token_hex(4)}"
        self._listeners = {
            "tcp": _listener(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": _listener(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "abstract": _listener(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
            "unix": _listener(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "socket")),
        }
        (self.folder / "socket").chmod(0o777)
        sleep = [sys.executable, "-S", "-c", "import time; time.sleep(3600)"]
        self._victim = subprocess.Popen(sleep, start_new_session=True)
        self.targets = {
            "@CANARY_FILE@": str(self._file),
            "@CANARY_FOLDER@": str(self.folder),
            "@TCP_PORT@": str(self._listeners["tcp"].getsockname()[1]),
            "@UDP_PORT@": str(self._listeners["udp"].getsockname()[1]),
            "@ABSTRACT@": abstract,
            "@UNIX_PATH@": str(self.folder / "socket"),
            "@VICTIM@": str(self._victim.pid),
            "@SECRET@": self._secret[:8] + "-is-elsewhere",
            "@SECRET_TWISTED@": "".join(chr(ord(letter) ^ 1) for letter in self._secret),
        }
        self._before = self._state()
        self._children = self.children()
        return self

    def touched(self) -> list[str]:
        """What is not as it was; to be asked while no judge runs."""
        after = self._state()
        found = [
            f"{name}: {self._before.get(name)} -> {after.get(name)}"
            for name in sorted(self._before.keys() | after.keys())
            if self._before.get(name) != after.get(name)
        ]
        found += [f"{name} was reached" for name, listener in self._listeners.items() if _was_reached(listener)]
        found += [f"left in the temporary folder: {path}" for path in self.temporary.iterdir()]
        found += [f"left: {path}" for place in _PLACES for path in Path(place).glob(f"*{MARK}*")]
        return found + [f"left: {line}" for line in _system_v()]

    def children(self) -> set[int]:
        """Processes whose parent this process is."""
        found = set()
        for entry in Path("/proc").iterdir():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # no process, or one that has ended
                continue
            if int(fields[1]) == os.getpid():
                found.add(int(entry.name))
        return found

    def orphans(self) -> set[int]:
        """Processes that were not there before, and have no other parent any more."""
        return self.children() - self._children

    def __exit__(self, *_: object) -> None:
        """Take them in."""
        self._victim.kill()
        self._victim.wait()
        for listener in self._listeners.values():
            listener.close()
        for name, value in self._kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        tempfile.tempdir = self._kept_folder
        shutil.rmtree(self.folder)
        shutil.rmtree(self.temporary)

    def _state(self) -> dict[str, object]:
        state: dict[str, object] = {"content": self._file.read_text() if self._file.exists() else None}
        for path in (self.folder, *self.folder.rglob("*")):
            status = path.lstat()
            state[f"status of {path.name}"] = (status.st_mode, status.st_uid, status.st_mtime_ns, status.st_nlink)
        stat = Path(f"/proc/{self._victim.pid}/stat").read_text()
        state["victim"] = (self._victim.poll(), stat.rpartition(")")[2].split()[0] in "SR")
        state["standard library"] = Path(os.__file__).stat().st_mtime_ns
        return state


def _open_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="canaries-"))
    folder.chmod(0o777)
    return folder


def _listener(family: int, kind: int, address: tuple[str, int] | str) -> socket.socket:
    made = socket.socket(family, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    made.setblocking(False)
    return made


def _was_reached(listener: socket.socket) -> bool:
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recv(1)
        else:
            listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _system_v() -> list[str]:
    lines = [line for kind in ("shm", "sem", "msg") for line in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()]
    return [line for line in lines if line.split()[:1] == [str(SYSTEM_V_KEY)]]
