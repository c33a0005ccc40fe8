# coding: only-inside-the-sandbox
"""Has form feeds and vertical tabs between and within its lines.

outcome: passed
where: @FF@ = "\f"
"""

@FF@
@FF@def add(a, b):
@FF@    total = a + b
    return total
