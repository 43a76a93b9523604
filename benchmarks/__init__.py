"""Benchmarks of the program; what each measures, and how, stands in README.md."""
