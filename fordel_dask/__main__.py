"""``python -m fordel_dask`` is ``fordel``."""

from fordel_dask.cli import main

if __name__ == "__main__":
    main()
