"""Moderators get in by a password or a one-time link; every signed-in browser can be seen and signed out."""

from collections.abc import Sequence
from datetime import timedelta

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from commentkit import signing
from commentkit.errors import NotFound, Refused
from commentkit.model import Person, Visit
from commentkit.service.house import House
from commentkit.store import people
from commentkit.store.database import Connection
from commentkit.text import clean_line

PASSWORD_MIN = 12
PASSWORD_MAX = 1000  # a longer one would only cost time to hash

_WRONG = "Name or password are not right."
_USED = "This link was used already, or it has expired. Ask for a new one."

_hasher = PasswordHasher()
# Verified when there is no such moderator, so that the answer takes as long as for a wrong password. Of random text
# that nobody kept; written down because making it takes a quarter of a command's time.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$F/PkfZV0d9V4H/ZNWjXpuQ$TZ9y+zo9xYKvciVjo6+fikfZLkAd4TYpfDWa84ioiE4"


async def add_moderator(house: House, name: str) -> Person:
    """The moderator of this name; made if there is none.

    Raises:
        Refused: the name is empty or too long.
    """
    cleaned = clean_line(name)
    if not cleaned or len(cleaned) > 80:
        raise Refused("A moderator's name has 1 to 80 characters.")
    async with house.db.write() as connection:
        return await people.add_person(connection, house.site, cleaned, house.clock())


async def moderators(house: House) -> list[Person]:
    """Everyone who may sign in."""
    async with house.db.read() as connection:
        return await people.persons(connection, house.site)


async def set_password(house: House, name: str, password: str) -> None:
    """Set a moderator's password and sign out all their browsers.

    Raises:
        NotFound: there is no such moderator.
        Refused: the password is too short or too long.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise Refused(f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters.")
    if any("\ud800" <= char <= "\udfff" for char in password):
        raise Refused("The password holds half of a character; it wasn't read as UTF-8.")
    person = await _named(house, name)
    hashed = await to_thread.run_sync(_hasher.hash, password)
    async with house.db.write() as connection:
        await people.set_password(connection, person.id, hashed)


async def remove_moderator(house: House, name: str) -> None:
    """Remove a moderator; their decisions stay in the history.

    Raises:
        NotFound: there is no such moderator.
    """
    person = await _named(house, name)
    async with house.db.write() as connection:
        await people.remove_person(connection, person.id)


async def sign_out_everywhere(house: House, name: str) -> None:
    """End every visit and open link of a moderator.

    Raises:
        NotFound: there is no such moderator.
    """
    person = await _named(house, name)
    async with house.db.write() as connection:
        await people.end_visits(connection, person_id=person.id)


async def _named(house: House, name: str) -> Person:
    async with house.db.read() as connection:
        person = await people.find_person(connection, house.site, clean_line(name))
    if person is None:
        raise NotFound(f"There is no moderator called {name!r}.")
    return person


async def one_time_link(house: House, name: str) -> str:
    """The token of a link that signs this moderator in, once.

    Raises:
        NotFound: there is no such moderator.
    """
    person = await _named(house, name)
    token = signing.random_token()
    until = house.clock() + timedelta(minutes=house.settings.signin_link_minutes)
    async with house.db.write() as connection:
        await people.add_link(
            connection, house.site, signing.token_hash(token), person.name, until=until, person_id=person.id
        )
    return token


async def link_name(house: House, token: str) -> str:
    """Whom a one-time link would sign in; looking doesn't use it up.

    Raises:
        NotFound: the link was used, has expired, or never was one.
    """
    async with house.db.read() as connection:
        found = await people.find_link(connection, house.site, signing.token_hash(token), house.clock())
    if found is None or found[0] is None:
        raise NotFound(_USED)
    return found[2]


async def enter_by_link(house: House, token: str) -> str:
    """Use a one-time link up and start a visit; returns the cookie's value.

    Raises:
        NotFound: as for `link_name`.
    """
    now, hashed = house.clock(), signing.token_hash(token)
    async with house.db.write() as connection:
        found = await people.find_link(connection, house.site, hashed, now)
        person_id, name = (found[0], found[2]) if found else (None, "")
        if person_id is None or not await people.use_link(connection, house.site, hashed, now):
            raise NotFound(_USED)
        return await _start(connection, house, person_id, name)


async def enter_by_password(house: House, name: str, password: str) -> str:
    """Start a visit; returns the cookie's value.

    Raises:
        Refused: name or password are wrong; which of them isn't told, nor by the time that it takes.
    """
    async with house.db.read() as connection:
        person = await people.find_person(connection, house.site, clean_line(name))
    hashed = person.password_hash if person and person.password_hash else _NOBODY
    right = await to_thread.run_sync(_verify, hashed, password[: PASSWORD_MAX + 1])
    if person is None or person.password_hash is None or not right:
        raise Refused(_WRONG)
    async with house.db.write() as connection:
        if await people.get_person(connection, person.id) != person:
            raise Refused(_WRONG)  # the password was changed, or the person removed, in this very moment
        return await _start(connection, house, person.id, person.name)


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


async def _start(connection: Connection, house: House, person_id: int, name: str) -> str:
    token, now = signing.random_token(), house.clock()
    until = now + timedelta(days=house.settings.session_days)
    await people.start_visit(
        connection, house.site, signing.token_hash(token), name, now=now, until=until, person_id=person_id
    )
    return token


async def visit(house: House, cookie: str) -> Visit | None:
    """The moderator's visit that this cookie stands for."""
    async with house.db.read() as connection:
        found = await people.find_visit(connection, house.site, signing.token_hash(cookie), house.clock())
    return found if found and found.person_id is not None else None


async def visits(house: House) -> Sequence[Visit]:
    """Every signed-in browser, moderators' and guests'."""
    async with house.db.read() as connection:
        return await people.visits_of(connection, house.site, house.clock())


async def sign_out(house: House, visit_id: int) -> None:
    """End one visit."""
    async with house.db.write() as connection:
        await people.end_visit(connection, house.site, visit_id)
