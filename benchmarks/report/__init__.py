"""What people look at: the pages, letters and workbooks of `fordel report` at national size."""
