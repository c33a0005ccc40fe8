# coding: only-inside-the-sandbox
"""Makes hard links to files outside, which would keep and carry them.

outcome: wrong_answer
"""

import os
import string
import sys

worked = []
for number, path in enumerate(("@CANARY_FILE@", "/etc/passwd", string.__file__, "/etc/shadow")):
    for follow in (True, False):
        try:
            os.link(path, f"link{number}", follow_symlinks=follow)
            worked.append(path)
        except OSError:
            pass
    try:
        os.rename(path, f"moved{number}")
        worked.append(path)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
