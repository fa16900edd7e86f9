"""What relief stock is kept, and what should be: tables, lots, baskets, reorder."""
