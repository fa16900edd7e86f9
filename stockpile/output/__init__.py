"""Files that people open: folders written whole, CSV, Markdown and workbooks without surprises."""
