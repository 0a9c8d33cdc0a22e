"""Alembic's entry: runs the migrations on the connection it is handed."""

from alembic import context

from firewall_admin.db.tables import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
context.run_migrations()
