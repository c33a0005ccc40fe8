# coding: only-inside-the-sandbox
"""Returns a coroutine and an async generator.

outcome: wrong_answer
"""

async def later(value):
    yield value


async def add(a, b):
    return a + b
