"""Work in threads and on Dask: the same results, and an end to every fault."""
