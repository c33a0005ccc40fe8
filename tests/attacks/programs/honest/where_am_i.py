# coding: only-inside-the-sandbox
"""Asks for its folder, its user, its machine and its clock.

outcome: passed
"""

import getpass
import os
import pathlib
import platform
import sys
import time


def add(a, b):
    here = pathlib.Path.cwd()
    facts = [here, os.getcwd(), os.getpid(), os.cpu_count(), platform.python_version(), sys.argv, time.localtime(), os.sep]
    assert here.exists() and os.access(".", os.W_OK) and all(fact is not None for fact in facts)
    return a + b
