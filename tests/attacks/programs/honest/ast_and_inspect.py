# coding: only-inside-the-sandbox
"""Looks at its own signature, code and syntax tree.

outcome: passed
"""

import ast
import dis
import inspect


def add(a, b):
    names = list(inspect.signature(add).parameters)
    tree = ast.parse(f"{names[0]} + {names[1]}", mode="eval")
    dis.code_info(add)
    return eval(compile(tree, "<sum>", "eval"), {"a": a, "b": b})
