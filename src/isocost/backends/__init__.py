"""What writes completions: servers, engines in this process, recorded samples and a script. Nothing heavy is imported.

Doors: `isocost.backends.address` (what a user types for a model), `isocost.backends.registry` (from there to a backend),
`isocost.backends.backend` (what every backend does).
"""
