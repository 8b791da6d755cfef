"""What a writer takes along is all that is kept about their comment: no table that hangs from it is left out."""

from commentkit.service import takeout
from commentkit.service.house import House
from commentkit.store.tables import comment, metadata
from tests.writing import post

TOLD = {
    "comment": {"comment"},
    "edit": {"other_texts"},
    "sealed": {"checks_were_sent"},
    "decision": {"decisions"},
    "report": {"reports"},
    "outbox": {"background_jobs"},
    "watch": {"answers_by_mail"},
    "finding": {"comment", "other_texts", "not_in_this_file"},
    "thanks": {"not_in_this_file"},
    "notice": {"answers_by_mail", "not_in_this_file"},
}
"""Table -> the parts of the file that tell of it."""


async def test_every_table_that_hangs_from_a_comment_is_told_of(house: House) -> None:
    hanging = {
        table.name.removeprefix("commentkit_")
        for table in metadata.sorted_tables
        if any(key.column.table is comment for key in table.foreign_keys)
    }
    assert TOLD.keys() == hanging
    found = await takeout.everything(house, (await post(house)).receipt)
    assert set().union(*TOLD.values()) <= found.keys()
    for word in ("thanked", "e-mail", "check", "reported"):
        assert word in found["not_in_this_file"]
