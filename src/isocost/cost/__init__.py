"""What an answer costs: FLOPs, bytes, seconds and dollars, from an architecture, a device and a price table.

Doors: `isocost.cost.architectures` (known models), `isocost.cost.headers` (a config.json or GGUF file),
`isocost.cost.devices` (known devices), `isocost.cost.prices` (a price table), `isocost.cost.costing` (the one place
that makes costs). Nothing is imported here, so that `import isocost` stays light.
"""
