"""Alembic's environment. The runner in eventkit.migrations.upgrade hands over the connection."""

from __future__ import annotations

from alembic import context

from eventkit.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
