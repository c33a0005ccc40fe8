# coding: only-inside-the-sandbox
"""Adds in coroutines.

outcome: passed
"""

import asyncio


async def later(number):
    await asyncio.sleep(0.001)
    return number


async def total(*numbers):
    return sum(await asyncio.gather(*map(later, numbers)))


def add(a, b):
    return asyncio.run(total(a, b))
