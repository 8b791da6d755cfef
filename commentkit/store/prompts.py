"""Who was shown advice before posting, without the text: what came of it is counted for each rule."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from commentkit.advice import Answer
from commentkit.store.database import insert_once
from commentkit.store.tables import prompt, prompt_count


async def show(
    connection: AsyncConnection, site: str, once: str, fingerprint: str, codes: Iterable[str], at: datetime
) -> None:
    """Remember that a form's writer is shown advice; nothing changes when it comes again."""
    values = {
        "site": site,
        "once": once,
        "fingerprint": fingerprint,
        "codes": json.dumps(sorted(set(codes))),
        "shown_at": at,
    }
    await insert_once(connection, prompt, values)


async def answered(connection: AsyncConnection, site: str, once: str, fingerprint: str) -> None:
    """The form came back: count whether its text was changed, and forget the form."""
    statement = (
        delete(prompt)
        .where(prompt.c.site == site, prompt.c.once == once)
        .returning(prompt.c.codes, prompt.c.fingerprint)
    )
    for row in (await connection.execute(statement)).all():
        answer = Answer.AS_IT_WAS if row.fingerprint == fingerprint else Answer.CHANGED
        await _count(connection, site, json.loads(row.codes), answer)


async def sweep(connection: AsyncConnection, before: datetime) -> int:
    """Count forms that were shown before this moment and never came back as left, and forget them; how many."""
    statement = delete(prompt).where(prompt.c.shown_at < before).returning(prompt.c.site, prompt.c.codes)
    left = (await connection.execute(statement)).all()
    codes = sorted((row.site, code) for row in left for code in json.loads(row.codes))
    for site, code in codes:  # in the order in which a stored comment counts: nobody waits for each other
        await _count(connection, site, [code], Answer.LEFT)
    return len(left)


async def counts(connection: AsyncConnection, site: str) -> dict[str, dict[Answer, int]]:
    """What writers did, by rule."""
    statement = select(prompt_count).where(prompt_count.c.site == site).order_by(prompt_count.c.code)
    found: dict[str, dict[Answer, int]] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.code, dict.fromkeys(Answer, 0))[Answer(row.answer)] = row._mapping["count"]
    return found


async def _count(connection: AsyncConnection, site: str, codes: Iterable[str], answer: Answer) -> None:
    for code in codes:
        values = {"site": site, "code": code, "answer": answer, "count": 1}
        if await insert_once(connection, prompt_count, values) is None:
            await connection.execute(
                update(prompt_count)
                .where(
                    prompt_count.c.site == site,
                    prompt_count.c.code == code,
                    prompt_count.c.answer == answer,
                )
                .values(count=prompt_count.c.count + 1)
            )
