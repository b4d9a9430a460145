"""Which edition of a routine is asked for: the published one, or one that somebody was pointed at."""

from flask import request

from storefront.public import NotFound


def asked() -> int | None:
    """Read the number of an edition from `?revision=`; None asks for what is published.

    Raises:
        NotFound: that is no number of an edition.
    """
    text = request.args.get("revision")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound
    return int(text)
