# coding: only-inside-the-sandbox
"""Warns, logs and prints a traceback on the way.

outcome: passed
"""

import logging
import traceback
import warnings

logging.basicConfig(level=logging.DEBUG)


def add(a, b):
    warnings.warn("deprecated", DeprecationWarning, stacklevel=2)
    logging.getLogger(__name__).info("adding %s and %s", a, b)
    try:
        raise ValueError("caught")
    except ValueError:
        traceback.print_exc()
    return a + b
