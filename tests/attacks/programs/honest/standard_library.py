# coding: only-inside-the-sandbox
"""Imports a good part of the standard library.

outcome: passed
"""

import argparse, array, base64, bisect, calendar, cmath, collections, csv, datetime, difflib, enum, glob, gzip, hashlib
import heapq, hmac, html, importlib, inspect, io, ipaddress, itertools, json, keyword, locale, numbers, operator, os, pathlib
import platform, pprint, queue, re, sched, shlex, sqlite3, statistics, string, struct, textwrap, timeit, tokenize, types
import unicodedata, unittest, urllib.parse, uuid, weakref, xml.etree.ElementTree, zipfile, zlib, zoneinfo, ctypes, subprocess
import multiprocessing, socket, ssl, email, http.client, logging.config, concurrent.futures, cProfile, dis, ast, tracemalloc


def add(a, b):
    table = sqlite3.connect(":memory:")
    return table.execute("select ? + ?", (a, b)).fetchone()[0] + len(zlib.decompress(zlib.compress(b"")))
