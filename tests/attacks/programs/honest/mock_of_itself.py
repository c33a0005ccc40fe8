# coding: only-inside-the-sandbox
"""Patches itself and puts it back.

outcome: passed
"""

from unittest import mock


def base(a, b):
    return a + b


def add(a, b):
    with mock.patch(f"{__name__}.base", return_value=0):
        assert base(a, b) == 0
    return base(a, b)
