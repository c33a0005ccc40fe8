# coding: only-inside-the-sandbox
"""Defines nothing at all.

outcome: runtime_error
"""

pass
