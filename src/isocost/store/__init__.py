"""The store: run folders, their journals, content hashes, and the cache of verdicts.

Doors: `isocost.store.run` (run folders), `isocost.store.hashing` (ids), `isocost.store.cache` (what was judged before).
"""
