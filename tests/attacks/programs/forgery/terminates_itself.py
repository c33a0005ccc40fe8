# coding: only-inside-the-sandbox
"""Raises SIGTERM in itself.

outcome: runtime_error
"""

import signal

signal.raise_signal(signal.SIGTERM)
