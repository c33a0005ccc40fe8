# coding: only-inside-the-sandbox
"""Sends a frame of NULs.

outcome: runtime_error
"""

import os

os.write(3, b"\x40\x00\x00\x00" + b"\x00" * 64)
os._exit(0)
