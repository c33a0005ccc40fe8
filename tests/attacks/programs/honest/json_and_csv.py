# coding: only-inside-the-sandbox
"""Takes its numbers through json, csv, pickle and struct.

outcome: passed
"""

import csv
import io
import json
import pickle
import struct


def add(a, b):
    text = io.StringIO()
    csv.writer(text).writerow([a, b])
    row = next(csv.reader(io.StringIO(text.getvalue())))
    numbers = pickle.loads(pickle.dumps(json.loads(json.dumps([int(item) for item in row]))))
    return sum(struct.unpack("<2q", struct.pack("<2q", *numbers)))
