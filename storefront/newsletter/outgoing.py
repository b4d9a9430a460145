"""The last look before a letter of the outbox leaves: may this address still be written to?"""

import logging
from typing import Any

from jinja2 import Environment

from storefront import database, mail
from storefront.mail import Transport
from storefront.newsletter.suppression import Scope, is_suppressed
from storefront.settings import Settings

log = logging.getLogger(__name__)


def send(
    transport: Transport, jinja: Environment, settings: Settings, payload: dict[str, Any]
) -> None:
    """Send a letter unless its address is suppressed.

    A letter with a link to leave is marketing, and stops for every suppression. A receipt or a code
    stops only where the address does not exist (scope `all`): after a complaint it still comes.
    """
    scope: Scope = "marketing" if payload.get("leave_url") else "all"
    db = database.session()
    is_stopped = is_suppressed(db, payload["to"], scope, settings=settings)
    db.rollback()
    if is_stopped:
        log.warning("letter %s was not sent: its address is suppressed", payload["letter"])
        return
    mail.send(transport, jinja, settings, payload)
