"""Numba kernels, sealed: typed arrays in, arrays out, one compile setting."""
