"""What an ingest or a run would cost, said before it begins: rows, memory, disk and time.

Plans of ingests stand in ``planning.ingest``, of runs in ``planning.run``. Nothing is imported here:
a run asks for its disk alone (``planning.disk``), and need not load what reads registers.
"""
