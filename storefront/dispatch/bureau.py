"""What sending needs of the app that runs; the only file here that asks it."""

from flask import Flask

from storefront import mail, web
from storefront.dispatch.lines import Line, MailboxLine, SMTPLine
from storefront.dispatch.prepare import Audience
from storefront.dispatch.runner import Bureau
from storefront.issues import audience as issues
from storefront.issues import links
from storefront.issues.edition import Edition


def of_app(app: Flask) -> Bureau:
    """Give what a runner needs of an app."""
    state: web.ShopState = app.extensions["storefront"]

    def open_line() -> Line:
        if isinstance(state.transport, mail.SMTP):
            return SMTPLine(state.settings)
        return MailboxLine(state.transport)

    return Bureau(
        state.settings,
        app.app_context,
        lambda db, issue_id: Edition.of(db, issue_id, links.office()),
        open_line,
    )


def audience() -> Audience:
    """Give how the readers of an issue are selected: those of its list, within its segment."""
    return lambda db, issue: issues.audience(db, issue, links.office())
