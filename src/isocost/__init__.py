"""isocost: for the same inference budget, which size of code model solves the most problems?"""

__version__ = "0.1.0"
