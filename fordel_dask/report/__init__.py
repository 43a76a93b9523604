"""What people look at: pages, maps, letters and workbooks of what may be told, and the pages of the closed room."""

PAGES, METHOD, TABLES, WORKBOOKS = "pages", "method", "tables", "workbooks"
LETTERS, PDF, EVALUATION = "letters", "pdf", "evaluation"
PARTS = (PAGES, METHOD, LETTERS, PDF, TABLES, WORKBOOKS, EVALUATION)
USUAL = (PAGES, METHOD, LETTERS, TABLES, WORKBOOKS)
"""What a report has unless it is asked for less or more."""
