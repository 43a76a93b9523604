"""What all benchmarks share: processes measured from outside, places of files, tables in Markdown."""
