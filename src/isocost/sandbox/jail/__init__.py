"""What runs inside: the zygote, the child, and the layers that lock them in, one file a layer.

Everything here is loaded by a bare interpreter (`python -I -S`) and imports only the standard library.
"""
