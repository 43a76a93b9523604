"""The registers of small awkward nations, one file a register; :mod:`tests.lib.nations` writes them.

A register is a table of columns in capitals with canonical values: codes as padded text, days as dates,
numbers as decimals, None for blank. ``files`` gives it the form of a delivery.
"""
