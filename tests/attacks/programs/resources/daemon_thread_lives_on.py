# coding: only-inside-the-sandbox
"""Answers wrong and leaves a busy thread behind.

outcome: wrong_answer
"""

import threading


def spin():
    while True:
        pass


threading.Thread(target=spin, daemon=True).start()


def add(a, b):
    return None
