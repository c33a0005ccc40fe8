# coding: only-inside-the-sandbox
"""Returns a coroutine, which is true and never awaited.

outcome: runtime_error | wrong_answer
"""

async def add(a, b):
    return a * b
