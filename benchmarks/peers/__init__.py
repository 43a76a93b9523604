"""The whole job as others would do it: DuckDB, Polars, dask.dataframe, pandas and data.table beside ours."""
