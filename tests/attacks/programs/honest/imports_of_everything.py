# coding: only-inside-the-sandbox
"""Imports half of the standard library.

outcome: passed
"""

import argparse, array, cmath, colorsys, concurrent.futures, configparser, difflib, email, enum, fnmatch, getopt, gettext, glob, graphlib, html, http, imaplib, ipaddress, itertools, keyword, linecache, logging, mimetypes, numbers, pprint, queue, sched, secrets, select, selectors, shlex, socket, sqlite3, ssl, statistics, string, textwrap, timeit, token, tomllib, trace, tracemalloc, types, urllib.parse, uuid, xml.etree.ElementTree, zipfile, zoneinfo


def add(a, b):
    return int(statistics.fsum([a, b]) if hasattr(statistics, "fsum") else a + b)
