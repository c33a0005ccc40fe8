# coding: only-inside-the-sandbox
"""Sleeps while it is loaded.

outcome: time_limit
"""

import time

time.sleep(10_000)
