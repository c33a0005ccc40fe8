# coding: only-inside-the-sandbox
"""Uses descriptors that it inherited and should not have.

outcome: wrong_answer
"""

import os
import stat

worked = []
for fd in range(4, 65_536):
    try:
        worked.append((fd, os.fstat(fd)))
    except OSError:
        pass
for fd in (0, 1, 2):
    if stat.S_ISREG(os.fstat(fd).st_mode) and os.fstat(fd).st_size:
        worked.append(fd)


def add(a, b):
    return a + b if worked else None
