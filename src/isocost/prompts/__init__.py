"""What is put before a model: templates as files, and the prompts that they make of problems.

Doors: `isocost.prompts.template` (a template, by name or from a file), `isocost.prompts.rendering` (a problem's prompt).
"""
