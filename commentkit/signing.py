"""Form tokens, receipts, sign-in cookies and one-purpose links. Pure: keys come in, strings go out.

Every purpose has a key of its own, made from the one secret (RFC 5869), so that no token can stand in for another.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, URLSafeSerializer

from commentkit.errors import TokenInvalid
from commentkit.language import _


@dataclass(frozen=True)
class FormStamp:
    """What a form knows about itself, signed so that nobody can change it.

    Attributes:
        site, key, title, url, guest: the thread it was made for; enough to create it with its first comment.
        once: random; the same once-number again is the same comment.
        made: seconds since 1970 when the form was made.
        shown: its writer has been shown what there was to see before posting.
        alone: it was handed to one program that asked for it; others came with a page, which a host may keep ready
            for many readers.
    """

    site: str
    key: str
    title: str
    url: str
    guest: str
    once: str
    made: int
    shown: bool = False
    alone: bool = False


@dataclass(frozen=True)
class ActStamp:
    """What a form on a receipt's page knows about itself, signed. It is good for that receipt alone.

    Attributes:
        receipt: the receipt's hash.
        once: random; names the form to whoever counts what was shown.
        made: seconds since 1970 when the form was made.
        shown: its writer has been shown what there was to see before posting.
    """

    receipt: str
    once: str
    made: int
    shown: bool = False


class TokenExpired(TokenInvalid):
    """A form was open for longer than it is good.

    Attributes:
        form: what it was made with; enough to make a new one.
    """

    code = "token-expired"

    def __init__(self, form: FormStamp) -> None:
        super().__init__(_("This form was open for a long time and has expired."))
        self.form = form


class Signer:
    """Makes and reads everything that is signed or sealed.

    Args:
        secret: signs; changing it invalidates open forms, links and receipts.
        seal_secret: seals what is read again later; made from `secret` when None.
        site: forms of one site are no forms of another, even with the same secret.
    """

    def __init__(self, secret: str, seal_secret: str | None = None, site: str = "main") -> None:
        self._secret = secret
        self._seal_secret = seal_secret or secret
        self._form = self._serializer(f"form {site}")
        self._act = self._serializer(f"act {site}")

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._key(purpose), signer_kwargs={"digest_method": hashlib.sha256})

    def _key(self, purpose: str) -> bytes:
        return _derive(self._secret, purpose)

    def stamp(self, form: FormStamp) -> str:
        """The form's token."""
        return _signed(self._form, form)

    def read_stamp(self, token: str, *, now: float, lifetime: float) -> FormStamp:
        """Check a form's token.

        Args:
            now: seconds since 1970.
            lifetime: seconds that a form stays good.
        Raises:
            TokenExpired: it was ours, and tells for which thread a new one is needed.
            TokenInvalid: forged or damaged.
        """
        try:
            form = FormStamp(**self._form.loads(token))
        except (BadSignature, TypeError, ValueError):
            raise TokenInvalid(_("This form isn't one of ours, or it was damaged on the way.")) from None
        if not -60 <= now - form.made <= lifetime:
            raise TokenExpired(form)
        return form

    def act(self, form: ActStamp) -> str:
        """The token of a form on a receipt's page. It does what a cookie would elsewhere, without one."""
        return _signed(self._act, form)

    def read_act(self, token: str, receipt: str, *, now: float, lifetime: float) -> ActStamp:
        """Check the token of a form on a receipt's page.

        Args:
            receipt: the hash of the receipt that it must have been made for.
            now, lifetime: as for `read_stamp`.
        Raises:
            TokenInvalid: forged, another receipt's, or open for too long.
        """
        try:
            form = ActStamp(**self._act.loads(token))
        except (BadSignature, TypeError, ValueError):
            raise TokenInvalid(_("This form isn't one of ours, or it was damaged on the way.")) from None
        if not same(form.receipt, receipt):
            raise TokenInvalid(_("This form was made for another comment."))
        if not -60 <= now - form.made <= lifetime:
            raise TokenInvalid(_("This form was open for a long time and has expired."))
        return form

    def receipt(self, once: str) -> str:
        """The secret of a comment's private link (256 bits), the same for the same once-number."""
        return _text(hmac.digest(self._key("receipt"), once.encode(), "sha256"))

    def csrf(self, visit: str) -> str:
        """The token that a signed-in person's forms carry.

        Args:
            visit: the hash of their sign-in cookie.
        """
        return _text(hmac.digest(self._key("csrf"), visit.encode(), "sha256"))

    def network(self, network: str) -> str:
        """A keyed hash that stands for a reader's network."""
        return _text(hmac.digest(self._key("network"), network.encode(), "sha256")[:16])

    def mark(self, device: str, comment: str) -> str:
        """A keyed hash of one device's thanks for one comment: no two of them tell that they are one device's."""
        joined = json.dumps((device, comment)).encode()
        return _text(hmac.digest(self._key("thanks"), joined, "sha256"))

    def seed(self, device: str, thread: str, name: str) -> str:
        """Draws the same avatar for what one device posts in one thread under one name, and for nothing else.

        The device's token is random. A second pseudonym has another avatar: nobody can see that both are one person.
        """
        joined = json.dumps((device, thread, name)).encode()
        return hmac.digest(self._key("seed"), joined, "sha256")[:15].hex()

    def link(self, purpose: str, once: str) -> str:
        """The secret of a link in a mail (256 bits), the same for the same once-number: a mail can be sent again."""
        return _text(hmac.digest(self._key(f"link {purpose}"), once.encode(), "sha256"))

    def mailbox(self, address: str) -> str:
        """A keyed hash by which an e-mail address is known again.

        Of ASCII letters alone the case makes no difference: straße.example and strasse.example are two people's.
        """
        return _text(hmac.digest(self._key("mailbox"), address.encode().lower(), "sha256"))

    def fingerprint(self, *parts: str) -> str:
        """A keyed hash of a form's content: tells whether the same form came twice."""
        joined = json.dumps(parts).encode()
        return _text(hmac.digest(self._key("fingerprint"), joined, "sha256"))

    @cache  # noqa: B019  (a handful of purposes, and the signer lives as long as its application)
    def _fernet(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(_derive(self._seal_secret, f"seal {purpose}")))

    def seal(self, purpose: str, values: Mapping[str, str]) -> str:
        """Encrypt and sign a few values.

        Args:
            purpose: what was sealed for one can't be opened for another, so that a cookie opens nothing stored.
        """
        return self._fernet(purpose).encrypt(json.dumps(dict(values), ensure_ascii=False).encode()).decode()

    def unseal(self, purpose: str, sealed: str) -> dict[str, str] | None:
        """Open what `seal` made for the same purpose; None when the key has changed or it was damaged."""
        try:
            values = json.loads(self._fernet(purpose).decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            return None
        return {str(name): str(value) for name, value in values.items()}


def _signed(serializer: URLSafeSerializer, form: FormStamp | ActStamp) -> str:
    token = serializer.dumps(asdict(form))
    return token.decode() if isinstance(token, bytes) else token


def random_token() -> str:
    """256 random bits for cookies and links. Only `token_hash` of it is ever stored."""
    return secrets.token_urlsafe(32)


def random_id() -> str:
    """120 random bits: a public id that can't be guessed or counted."""
    return secrets.token_hex(15)


def token_hash(token: str) -> str:
    """What the database keeps of a token. Plain SHA-256 is enough: the tokens are random, not chosen."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))


def _derive(secret: str, purpose: str) -> bytes:
    info = f"commentkit {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
