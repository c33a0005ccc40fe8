# coding: only-inside-the-sandbox
"""Registers a handler that would set status 0 and say that all passed, then leaves.

outcome: runtime_error
"""

import atexit
import os
import sys

atexit.register(lambda: (print("OK: all tests passed"), os._exit(0)))
sys.exit(1)
