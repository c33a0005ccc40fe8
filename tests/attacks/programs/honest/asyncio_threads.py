# coding: only-inside-the-sandbox
"""Adds in threads that an event loop waits for, with a time limit.

outcome: passed
"""

import asyncio


async def total(a, b):
    loop = asyncio.get_running_loop()
    first = await asyncio.wait_for(loop.run_in_executor(None, int, a), 5)
    return first + await asyncio.to_thread(int, b)


def add(a, b):
    return asyncio.run(total(a, b))
