# coding: only-inside-the-sandbox
"""Raises its own limits.

outcome: wrong_answer
"""

import resource

worked = []
for what in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
    soft, hard = resource.getrlimit(what)
    try:
        if hard != resource.RLIM_INFINITY:
            resource.setrlimit(what, (hard + 1, hard + 1))
            worked.append(what)
        elif what in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
            worked.append(what)
    except (OSError, ValueError):
        pass


def add(a, b):
    return a + b if worked else None
