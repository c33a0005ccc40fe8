# coding: only-inside-the-sandbox
"""Asks for locale, time zone and calendar.

outcome: passed
"""

import calendar
import datetime
import locale
import time

locale.setlocale(locale.LC_ALL, "C")
time.strftime("%A %d %B", time.gmtime(0))
datetime.datetime.now(datetime.timezone.utc).isoformat()


def add(a, b):
    return int(locale.atoi(locale.str(a).split(".")[0])) + b + (not calendar.isleap(2024)) * 1000
