"""Every kernel beside NumPy and pandas: the same arrays, the same answers, and what each of them takes."""
