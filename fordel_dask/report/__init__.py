"""What people look at: pages, maps, letters and workbooks of what may be told, and the pages of the closed room."""
