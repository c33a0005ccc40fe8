# coding: only-inside-the-sandbox
"""Keeps its numbers in a database file, with locks and a journal.

outcome: passed
"""

import sqlite3


def add(a, b):
    with sqlite3.connect("numbers.db") as table:
        table.execute("create table if not exists t (n integer)")
        table.execute("delete from t")
        table.executemany("insert into t values (?)", [(a,), (b,)])
    return sqlite3.connect("numbers.db").execute("select sum(n) from t").fetchone()[0]
