# coding: only-inside-the-sandbox
"""Never ends to load.

outcome: time_limit
"""

while True:
    pass
