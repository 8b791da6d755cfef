"""Alembic's environment: works on a connection that is handed in, and sees commentkit's own tables alone."""

from typing import Any

from alembic import context

from commentkit.store.tables import PREFIX, VERSION_TABLE, metadata


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Other tables in the database belong to the host."""
    return kind != "table" or (name or "").startswith(PREFIX)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=ours,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
