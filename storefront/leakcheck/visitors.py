"""Who asks: a stranger, somebody with an address and nothing else, and a reader whom the gate lets in."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from sqlalchemy.orm import Session

from storefront import clock, cookies
from storefront.customers import service as customers
from storefront.customers import sessions
from storefront.settings import Settings
from storefront.tokens import Signer

OUTSIDER = "outsider@example.org"


@dataclass(frozen=True)
class Person:
    """A visitor: what they are called in the report, and their cookies."""

    name: str
    cookies: Mapping[str, str]


STRANGER = Person("a stranger", {})


def proven(db: Session, name: str, email: str, signer: Signer, settings: Settings) -> Person:
    """Make somebody who has proven an address on their device."""
    now = clock.now()
    customers.mark_verified(db, email, now)
    key = sessions.begin(
        db, email, way="code", client="", agent="leak check", settings=settings, now=now
    )
    return Person(name, {cookies.PASS: signer.sign(cookies.PASS, {"key": key})})


def shop_of(app: Flask) -> tuple[Signer, Settings]:
    """Give what signs and sets an app's cookies."""
    state = app.extensions["storefront"]
    return state.signer, state.settings
