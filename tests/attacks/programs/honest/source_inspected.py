# coding: only-inside-the-sandbox
"""Looks at its own code.

outcome: passed
"""

import dis
import inspect
import sys


def add(a, b):
    names = list(inspect.signature(add).parameters)
    assert names == ["a", "b"] and sys.modules["__main__"].add is add and __name__ == "__main__"
    assert any(dis.get_instructions(add))
    return eval("+".join(names), {}, {"a": a, "b": b})
