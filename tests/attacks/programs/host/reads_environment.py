# coding: only-inside-the-sandbox
"""Looks for the judge's environment, its own and that of others.

outcome: wrong_answer
"""

import glob
import os

worked = "@SECRET@" in repr(os.environ)
for path in ["/proc/self/environ", "/proc/1/environ", f"/proc/{os.getppid()}/environ", *glob.glob("/proc/[0-9]*/environ")]:
    try:
        text = open(path, "rb").read()
    except OSError:
        continue
    worked = worked or b"@SECRET@" in text or b"PATH=" in text


def add(a, b):
    return a + b if worked else None
