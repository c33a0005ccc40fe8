# coding: only-inside-the-sandbox
"""Changes the interpreter's own library, which every later program imports.

outcome: wrong_answer
"""

import os
import string
import sys
import sysconfig

worked = []
for path in (string.__file__, os.path.join(sysconfig.get_path("stdlib"), "sitecustomize.py"), sys.executable or "/", *sys.path):
    for way in (
        lambda: os.close(os.open(path, os.O_WRONLY | (os.O_CREAT if path.endswith(".py") else 0))),
        lambda: os.close(os.open(path + "/isocost_attack.py", os.O_CREAT | os.O_WRONLY)),
        lambda: os.rename(path, path + ".moved"),
        lambda: os.chmod(path, os.stat(path).st_mode),
        lambda: os.utime(path),
    ):
        try:
            way()
            worked.append(path)
        except (OSError, TypeError):
            pass


def add(a, b):
    return a + b if worked else None
