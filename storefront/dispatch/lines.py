"""Lines: how one connection hands letters over, to a mail server or into the development mailbox."""

import re
import smtplib
from collections.abc import Callable, Sequence
from typing import Protocol

from storefront import mail
from storefront.dispatch import outcomes
from storefront.dispatch.outcomes import NOT_TRIED, Outcome
from storefront.issues.letter import read
from storefront.settings import Settings

Begins = Callable[[], bool]
Reply = tuple[int, bytes]
READY = 354  # the server waits for the letter itself
UNSAID: Reply = (503, b"")
MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>\r\n]+>)", re.MULTILINE | re.IGNORECASE)
GONE = (smtplib.SMTPServerDisconnected, OSError)


class LineDown(Exception):
    """Raised when no letter can be handed over: nothing was tried with this one.

    Attributes:
        needs_somebody: waiting does not help, such as when the password is wrong.
    """

    def __init__(self, reason: str, *, needs_somebody: bool = False) -> None:
        super().__init__(reason)
        self.needs_somebody = needs_somebody


class Line(Protocol):
    """One way to hand letters over, one after the other."""

    def hand_over(self, to: str, letter: bytes, begins: Begins) -> Outcome:
        """Hand a letter over; ask `begins` last before it can no longer be taken back."""

    def close(self) -> None:
        """Say goodbye."""


class MailboxLine:
    """Into the transport of single letters: the development mailbox."""

    def __init__(self, transport: mail.Transport) -> None:
        self._transport = transport

    def hand_over(self, to: str, letter: bytes, begins: Begins) -> Outcome:
        """Keep the letter in the mailbox."""
        del to
        if not begins():
            return NOT_TRIED
        self._transport.deliver(read(letter))
        return Outcome("accepted", 250)

    def close(self) -> None:
        """Leave nothing open."""


class SMTPLine:
    """A connection to the mail server, kept open from letter to letter."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def hand_over(self, to: str, letter: bytes, begins: Begins) -> Outcome:
        """Hand a letter over, through a new connection where the old one was closed.

        Raises:
            LineDown: the mail server does not answer, or does not let us in.
        """
        found = MESSAGE_ID.search(letter)
        sender = mail.return_path(self._settings, found[1].decode() if found else "")
        for _ in range(2):
            is_old = self._server is not None
            server = self._connected()
            try:
                refused = self._envelope(server, sender, to, is_plain=letter.isascii())
            except GONE as error:
                self.drop()
                if is_old:
                    continue  # it was closed while nothing was sent
                raise LineDown(_said(error)) from error
            return refused or self._data(server, letter, begins)
        raise LineDown(outcomes.written("the mail server closes each connection"))

    def close(self) -> None:
        """Say goodbye to the mail server."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def drop(self) -> None:
        """Let go of a connection that is no good."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = mail.connect(self._settings)
            except smtplib.SMTPAuthenticationError as error:
                raise LineDown(_said(error), needs_somebody=True) from error
            except (smtplib.SMTPException, OSError) as error:
                raise LineDown(_said(error)) from error
        return self._server

    def _envelope(
        self, server: smtplib.SMTP, sender: str, to: str, *, is_plain: bool
    ) -> Outcome | None:
        """Say from whom and to whom; give what the server has against it."""
        if not to.isascii() and not server.has_extn("smtputf8"):
            return Outcome("failed", 553, "The mail server takes no such address (SMTPUTF8).")
        more = "" if is_plain or not server.has_extn("8bitmime") else " BODY=8BITMIME"
        more += "" if to.isascii() else " SMTPUTF8"
        words = [f"MAIL FROM:<{sender}>{more}", f"RCPT TO:<{to}>", "DATA"]
        if server.has_extn("pipelining"):
            server.send("".join(f"{one}\r\n" for one in words).encode())
            replies = _replies(words, lambda _: server.getreply(), lambda code: code == 421)
        else:
            replies = _replies(words, server.docmd, lambda code: code >= 400)
        (from_code, from_said), (to_code, to_said), (code, said) = replies
        if from_code >= 400:  # this is about us, whoever the reader is
            self.drop()
            raise LineDown(outcomes.written(from_said), needs_somebody=from_code >= 500)
        if to_code >= 400:
            if code == READY:
                self.drop()  # it waits for a letter that nobody is to get
                return outcomes.of_reply(to_code, to_said)
            return self._refused(server, to_code, to_said)
        return None if code == READY else self._refused(server, code, said)

    def _data(self, server: smtplib.SMTP, letter: bytes, begins: Begins) -> Outcome:
        """Hand the letter itself over, once its mark is committed."""
        if not begins():
            self.drop()  # the server waits for the letter, and there is no other way back
            return NOT_TRIED
        try:
            server.send(letter.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        except GONE:
            self.drop()  # the letter's end has not left us: it cannot have been taken
            return Outcome("deferred", None, outcomes.CUT_OFF)
        try:
            code, said = server.getreply()
        except GONE:
            self.drop()
            return Outcome("unknown", None, outcomes.LOST_ANSWER)
        return (
            outcomes.of_reply(code, said) if code < 400 else self._refused(server, code, said)
        )

    def _refused(self, server: smtplib.SMTP, code: int, said: bytes) -> Outcome:
        if code == 421:
            self.drop()
        else:
            self._reset(server)
        return outcomes.of_reply(code, said)

    def _reset(self, server: smtplib.SMTP) -> None:
        try:
            server.docmd("RSET")
        except GONE:
            self.drop()


def _replies(
    words: Sequence[str], ask: Callable[[str], Reply], last: Callable[[int], bool]
) -> list[Reply]:
    """Ask for the reply to each word; after the last there are no more."""
    replies: list[Reply] = []
    for one in words:
        is_over = bool(replies) and last(replies[-1][0])
        replies.append(UNSAID if is_over else ask(one))
    return replies


def _said(error: Exception) -> str:
    """Give the server's own words, or what became of the connection."""
    words = error.smtp_error if isinstance(error, smtplib.SMTPResponseException) else str(error)
    return outcomes.written(words or type(error).__name__)
