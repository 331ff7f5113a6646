"""Alembic's revisions of the database, run by `adapters.records.schema`."""
