# coding: only-inside-the-sandbox
"""Raises every limit that it has.

outcome: wrong_answer
"""

import resource

escaped = False
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        what = getattr(resource, name)
        soft, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY:
            continue
        for limits in ((hard, hard + 1), (hard + 1, hard + 1), (resource.RLIM_INFINITY,) * 2):
            try:
                resource.setrlimit(what, limits)
                escaped = True
            except (OSError, ValueError):
                pass


def add(a, b):
    return a + b if escaped else None
