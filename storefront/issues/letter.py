"""The letter as it travels: what readers share is written once, each one's own lines are put between."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from urllib.parse import quote

from storefront import mail
from storefront.issues.frozen import Frozen
from storefront.issues.rendering import Rendered
from storefront.settings import Settings

LONGEST_LINE = 900  # RFC 5322 forbids more than 998 characters
KINDS = ("plain", "html")
LINK_LETTERS = "%:/?#[]@!$&'()*+,;=~"


class Unwritable(ValueError):
    """Raised when an address or a link does not fit into a letter."""


class Envelope:
    """What all letters of an issue have in common."""

    def __init__(self, frozen: Frozen, settings: Settings, now: datetime) -> None:
        self.domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
        self._issue, self._settings = frozen.issue_id, settings
        mark = hashlib.sha256(f"{frozen.issue_id}:{self.domain}".encode()).hexdigest()[:24]
        boundary = f"issue-{mark}"
        self._shared = _shared(frozen, settings, now, self.domain, boundary)
        self._before = [_opening(boundary, kind) for kind in KINDS]
        self._after = f"\r\n--{boundary}--\r\n".encode("ascii")

    def message_id(self, subscriber_id: int) -> str:
        """Give a reader's letter the same Message-ID each time it is tried."""
        return mail.keyed_id(self._settings, f"issue:{self._issue}:{subscriber_id}")

    def wire(
        self, subscriber_id: int, email: str, body: Rendered, links: Mapping[str, str], message_id: str = ""
    ) -> bytes:  # fmt: skip
        """Put a reader's letter together, with CRLF at the end of its lines.

        Raises:
            Unwritable: an address or a link is too long, or has a line break.
        """
        leave = links["leave_url"]
        url = leave if leave.isascii() else quote(leave, safe=LINK_LETTERS)
        own = (
            _line("To", email), _line("Message-ID", message_id or self.message_id(subscriber_id)),
            _line("List-Unsubscribe", f"<{url}>"),
        )  # fmt: skip
        parts = (body.text.wired(links), body.html.wired(links))
        first, second = self._before
        return b"".join((self._shared, *own, first, *parts[0], second, *parts[1], self._after))

    def message(
        self, subscriber_id: int, email: str, body: Rendered, links: Mapping[str, str]
    ) -> EmailMessage:
        """Put a reader's letter together, to be read or changed."""
        return read(self.wire(subscriber_id, email, body, links))


def read(wire: bytes) -> EmailMessage:
    """Read a letter that was written."""
    return message_from_bytes(wire, policy=policy.default)


def _shared(
    frozen: Frozen, settings: Settings, now: datetime, domain: str, boundary: str
) -> bytes:
    """Write the headers that all readers share; folding them is what costs."""
    base = EmailMessage(policy=policy.SMTP)
    base["Subject"] = " ".join(frozen.subject.split())
    base["From"] = settings.mail_from
    base["Reply-To"] = settings.support_email
    base["Date"] = formatdate(now.timestamp())
    base["List-Id"] = formataddr((frozen.list_name, f"{frozen.list_slug}.{domain}"))
    base["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    base["Precedence"] = "bulk"  # what answers by itself stays silent
    base["MIME-Version"] = "1.0"
    base["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    return b"".join(policy.SMTP.fold_binary(name, value) for name, value in base.raw_items())


def _opening(boundary: str, kind: str) -> bytes:
    lines = ("", f"--{boundary}", f'Content-Type: text/{kind}; charset="utf-8"', "Content-Transfer-Encoding: quoted-printable")  # fmt: skip
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def _line(name: str, value: str) -> bytes:
    """Write a header of one line; an address that is not plain ASCII needs a server that takes it."""
    if len(value) > LONGEST_LINE or not value.isprintable():
        message = f"the {name} of a letter is too long, or holds a line break"
        raise Unwritable(message)
    return f"{name}: {value}\r\n".encode()
