# coding: only-inside-the-sandbox
"""Keeps its numbers in temporary files and folders.

outcome: passed
"""

import os
import pathlib
import shutil
import tempfile


def add(a, b):
    with tempfile.TemporaryDirectory() as folder:
        for name, number in (("a", a), ("b", b)):
            pathlib.Path(folder, name).write_text(str(number))
        shutil.copy(os.path.join(folder, "a"), os.path.join(folder, "c"))
        with tempfile.NamedTemporaryFile("w+") as file:
            for name in ("c", "b"):
                file.write(pathlib.Path(folder, name).read_text() + "\n")
            file.seek(0)
            return sum(int(line) for line in file)
