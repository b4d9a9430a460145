"""The links of a programme and the cookie of a device: signed, so that no key is kept for them."""

from werkzeug.wrappers import Response

from routines.programmes.letters import Office
from storefront.public import web

MINE, STOP = "programme-mine", "programme-stop"
MOST_PROGRAMMES = 20  # that one device remembers


def office() -> Office:
    """Give what letters need from outside; also without a request, as in a worker."""
    return Office(web.settings(), mine_url, stop_url)


def mine_url(slug: str, enrolment_id: str) -> str:
    """Write the link to a reader's own page of a programme."""
    token = web.shop().signer.sign(MINE, enrolment_id)
    path = web.path_for("routines_my_programmes.my_page", slug=slug, token=token)
    return web.absolute(path)


def mine_path(slug: str, enrolment_id: str) -> str:
    """Write the way to a reader's own page, for a page that only this reader sees."""
    return mine_url(slug, enrolment_id).removeprefix(web.settings().origin)


def stop_url(slug: str, enrolment_id: str) -> str:
    """Write the link that stops the letters, and can do nothing else; it never expires."""
    token = web.shop().signer.sign(STOP, enrolment_id)
    path = web.path_for("routines_my_programmes.stop_page", slug=slug, token=token)
    return web.absolute(path)


def read(purpose: str, token: str) -> str | None:
    """Read whose link it is; None when we did not write it."""
    found = web.shop().signer.read(purpose, token)
    return found if isinstance(found, str) else None


def on_device(slug: str) -> str | None:
    """Tell which enrolment this device holds for a programme."""
    return _cookie().get(slug)


def remember(response: Response, slug: str, enrolment_id: str) -> None:
    """Let this device hold an enrolment, beside its other programmes."""
    others = {name: value for name, value in _cookie().items() if name != slug}
    kept = dict([*others.items(), (slug, enrolment_id)][-MOST_PROGRAMMES:])
    web.set_cookie(response, web.PROGRAMMES, kept)


def forget(response: Response, slug: str) -> None:
    """Let this device forget a programme."""
    rest = {name: value for name, value in _cookie().items() if name != slug}
    if rest:
        web.set_cookie(response, web.PROGRAMMES, rest)
    else:
        web.drop_cookie(response, web.PROGRAMMES)


def _cookie() -> dict[str, str]:
    found = web.read_cookie(web.PROGRAMMES)
    return found if isinstance(found, dict) else {}
