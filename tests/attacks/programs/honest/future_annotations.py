# coding: only-inside-the-sandbox
"""Postpones annotations and names in them what nothing imports.

outcome: passed
"""

from __future__ import annotations


def add(a: Number, b: Optional[Union[Number, nowhere.Such]]) -> Number:
    total: NoSuchName = a + b
    return total
