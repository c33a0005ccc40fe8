# coding: only-inside-the-sandbox
"""Sends half of a frame and waits.

outcome: time_limit
"""

import os
import time

os.write(3, b"\x03\x00\x00\x00v\n")
time.sleep(1000)
