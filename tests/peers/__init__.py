"""The peers of the benchmark give our numbers, to the last digit."""
