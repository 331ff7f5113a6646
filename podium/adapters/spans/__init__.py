"""Stores of spans: DuckDB, and one in memory for tests and for trying things out."""
