# coding: only-inside-the-sandbox
"""Computes with decimals and fractions, and returns a plain int.

outcome: passed
"""

from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 50


def add(a, b):
    return int(Decimal(a) / 3 * 3 + Decimal("1e-40")) + int(Fraction(b, 7) * 7) if a >= 0 else int(Fraction(a) + Fraction(b))
