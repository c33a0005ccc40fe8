# coding: only-inside-the-sandbox
"""Adds with tasks, gather, a queue and a time limit.

outcome: passed
"""

import asyncio


async def total(a, b):
    waiting = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for item in (a, b):
            group.create_task(waiting.put(item))
    async with asyncio.timeout(5):
        return sum(await asyncio.gather(waiting.get(), waiting.get()))


def add(a, b):
    return asyncio.run(total(a, b))
