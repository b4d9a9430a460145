"""What an answer of a mail server means for one letter, and how long to wait before the next try."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

RETRY_AFTER = (
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=10),
)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
BUSY = {421, 450, 451, 452}
LONGEST_REASON = 300


@dataclass(frozen=True)
class Outcome:
    """What became of one letter at one try."""

    state: str  # accepted deferred failed unknown; queued = it was not tried
    code: int | None = None
    reason: str = ""
    is_domain_busy: bool = False  # all letters to this domain had better wait

    @property
    def has_left(self) -> bool:
        """Tell whether the mail server said something about the letter, or may have taken it."""
        return self.code is not None or self.state == "unknown"


NOT_TRIED = Outcome("queued")
CUT_OFF = "The connection was lost before the whole letter had left."
LOST_ANSWER = "The connection was lost before the mail server said whether it took the letter."


def of_reply(code: int, said: bytes | str) -> Outcome:
    """Read a reply of SMTP: 2xx took it, 4xx asks for patience, all else refuses for good."""
    text = written(said)
    if 200 <= code < 300:
        return Outcome("accepted", code)
    if 400 <= code < 500:
        is_one_mailbox = re.match(r"4\.2\.\d", text) is not None
        return Outcome("deferred", code, text, code in BUSY and not is_one_mailbox)
    return Outcome("failed", code, text)


def next_try(outcome: Outcome, attempt: int, now: datetime) -> tuple[Outcome, datetime]:
    """Tell when a deferred letter is tried again; after the last try it has failed."""
    if outcome.state != "deferred":
        return outcome, now
    if attempt >= len(RETRY_AFTER):
        reason = f"Given up after {attempt + 1} tries: {outcome.reason}"[:LONGEST_REASON]
        return Outcome("failed", outcome.code, reason, outcome.is_domain_busy), now
    return outcome, now + RETRY_AFTER[attempt]


def wait(strikes: int) -> timedelta:
    """Give how long nobody at a domain is written to after so many refusals in a row."""
    doubled: int = 2 ** min(max(strikes - 1, 0), 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def written(said: bytes | str) -> str:
    """Write what a server said on one line, without what is no text."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(kept.split())[:LONGEST_REASON]
