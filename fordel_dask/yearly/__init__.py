"""The corridor of the year's cycle: a published RUN and the tables regions keep → rooms → tables that are written.

One module a command; each reads, asks the pure functions of ``cycle/`` and ``explanation/``, and gives rows of text.
"""
