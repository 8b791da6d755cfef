"""What checks found in a comment, or in a changed text of it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.model import Finding, Weight
from commentkit.store.tables import finding


async def put(
    connection: AsyncConnection, comment_id: int, findings: Sequence[Finding], edit_id: int | None = None
) -> None:
    """Store findings; those that the same checks reported earlier about the same text are replaced."""
    checks = {found.check for found in findings}
    await connection.execute(
        delete(finding).where(
            finding.c.comment_id == comment_id,
            finding.c.edit_id.is_not_distinct_from(edit_id),
            finding.c.check.in_(checks),
        )
    )
    if findings:
        rows = [
            {
                "comment_id": comment_id,
                "edit_id": edit_id,
                "check": found.check,
                "code": found.code,
                "reason": found.reason,
                "weight": int(found.weight),
                "points": found.points,
                "start": found.start,
                "end": found.end,
                "data": json.dumps(dict(found.data)),
            }
            for found in findings
        ]
        await connection.execute(insert(finding), rows)


def _read(row: Any) -> Finding:
    """A row as the noun."""
    return Finding(
        check=row.check,
        code=row.code,
        reason=row.reason,
        weight=Weight(row.weight),
        points=row.points,
        start=row.start,
        end=row.end,
        data=json.loads(row.data),
    )


async def of(connection: AsyncConnection, comment_ids: Iterable[int]) -> dict[int, list[Finding]]:
    """What was found in each of these comments as they are now."""
    wanted = list(comment_ids)
    found: dict[int, list[Finding]] = {each: [] for each in wanted}
    statement = (
        select(finding)
        .where(finding.c.comment_id.in_(wanted), finding.c.edit_id.is_(None))
        .order_by(finding.c.id)
    )
    for row in await connection.execute(statement):
        found[row.comment_id].append(_read(row))
    return found


async def of_edit(connection: AsyncConnection, edit_id: int) -> list[Finding]:
    """What was found in a changed text."""
    rows = await connection.execute(
        select(finding).where(finding.c.edit_id == edit_id).order_by(finding.c.id)
    )
    return [_read(row) for row in rows]
