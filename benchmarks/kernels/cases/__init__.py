"""The comparisons, by what the kernels work on."""
