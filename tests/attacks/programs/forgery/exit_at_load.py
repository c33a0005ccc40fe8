# coding: only-inside-the-sandbox
"""Leaves with status 0 while it is loaded, as a harness that trusts exit codes would like.

outcome: runtime_error
"""

import sys

sys.exit(0)
