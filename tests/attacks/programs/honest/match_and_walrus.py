# coding: only-inside-the-sandbox
"""Uses pattern matching, the walrus and star expressions.

outcome: passed
"""

def add(a, b):
    match (a, b):
        case (int(x), int(y)) if (total := x + y) is not None:
            first, *_ = [total, 1, 2]
            return first
        case {"a": z, **rest} | [z, *rest]:
            return z
    return None
