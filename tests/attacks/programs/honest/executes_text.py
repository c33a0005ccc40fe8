# coding: only-inside-the-sandbox
"""Makes its function by exec, eval and compile.

outcome: passed
"""

space = {}
exec(compile("def total(*xs):\n    return eval('sum(xs)', {'xs': xs, 'sum': sum})", "<made>", "exec"), space)
add = space["total"]
