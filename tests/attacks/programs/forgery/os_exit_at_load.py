# coding: only-inside-the-sandbox
"""Ends its process with status 0 past every handler, while it is loaded.

outcome: runtime_error
"""

import os

os._exit(0)
