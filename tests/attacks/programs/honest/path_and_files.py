# coding: only-inside-the-sandbox
"""Writes, reads, globs and removes files by pathlib and shutil.

outcome: passed
"""

import pathlib
import shutil
import tempfile


def add(a, b):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in" / "deep").mkdir(parents=True)
        (folder / "in" / "a.txt").write_text(str(a), encoding="utf-8")
        shutil.copyfile(folder / "in" / "a.txt", folder / "in" / "deep" / "b.txt")
        (folder / "in" / "deep" / "b.txt").write_text(str(b))
        return sum(int(path.read_text()) for path in sorted(folder.rglob("*.txt")))
