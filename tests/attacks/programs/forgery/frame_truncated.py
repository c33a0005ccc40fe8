# coding: only-inside-the-sandbox
"""Sends half of a frame and leaves.

outcome: runtime_error
"""

import os

os.write(3, b"\x03\x00\x00\x00v\n")
os._exit(0)
