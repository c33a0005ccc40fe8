# coding: only-inside-the-sandbox
"""Forks as often as it can.

outcome: runtime_error
"""

import os

while True:
    os.fork()
