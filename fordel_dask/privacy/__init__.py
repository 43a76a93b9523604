"""What is known of persons stays in the process that works on it, also when something goes wrong there.

:func:`seclude` is called by every process of ours before it meets a row of a person;
:func:`redacted` by every class that holds some.
"""

from fordel_dask.privacy.process import seclude, seclude_memory
from fordel_dask.privacy.redacted import redacted
from fordel_dask.privacy.tracebacks import traceback_text

__all__ = ["redacted", "seclude", "seclude_memory", "traceback_text"]
