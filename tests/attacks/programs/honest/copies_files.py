# coding: only-inside-the-sandbox
"""Copies and moves files and folders with their times and modes.

outcome: passed
"""

import os
import shutil
import tempfile


def add(a, b):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/one")
        with open(folder + "/one/a", "w") as file:
            file.write(str(a))
        shutil.copy2(folder + "/one/a", folder + "/one/b")
        shutil.copytree(folder + "/one", folder + "/two")
        shutil.move(folder + "/two/b", folder + "/c")
        with open(folder + "/c") as file:
            return int(file.read()) + b
