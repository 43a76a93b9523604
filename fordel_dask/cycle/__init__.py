"""The year's cycle, from a calculation to decisions: pure functions on a published RUN and what regions keep."""
