"""Alembic's environment: `adapters.records.schema.upgrade` hands over a connection inside a transaction."""

from alembic import context

from podium.ports.database import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Podium migrates its database itself, when the keeper starts.")
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
