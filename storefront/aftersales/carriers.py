"""The carriers, and where each shows a parcel on its way; pure."""

from dataclasses import dataclass
from urllib.parse import quote

from storefront.errors import Invalid


@dataclass(frozen=True)
class Carrier:
    """Who carries a parcel; `address` has a place for the tracking number, or is empty."""

    key: str
    label: str
    address: str = ""


CARRIERS = {
    carrier.key: carrier
    for carrier in (
        Carrier("dhl", "DHL", "https://www.dhl.com/en/home/tracking.html?tracking-id={}"),
        Carrier("dpd", "DPD", "https://tracking.dpd.de/parcelstatus?query={}"),
        Carrier("gls", "GLS", "https://gls-group.eu/EU/en/parcel-tracking?match={}"),
        Carrier("ups", "UPS", "https://www.ups.com/track?tracknum={}"),
        Carrier("post", "Deutsche Post", "https://www.deutschepost.de/sendung/simpleQuery.html?form.sendungsnummer={}"),
        Carrier("other", "another carrier"),
    )
}  # fmt: skip
LONGEST_TRACKING = 80


def checked(carrier: str, tracking: str) -> str:
    """Give a tracking number in its one spelling.

    Raises:
        Invalid: there is no such carrier, or the number cannot be one.
    """
    if carrier not in CARRIERS:
        raise Invalid(fields={"carrier": "Choose one of the carriers."})
    number = "".join(tracking.split())
    plain = number.replace("-", "").replace(".", "")
    if number and (len(number) > LONGEST_TRACKING or not (plain.isascii() and plain.isalnum())):
        raise Invalid(fields={"tracking": "A tracking number has letters and digits only."})
    return number


def label(carrier: str) -> str:
    """Name a carrier for people."""
    return CARRIERS[carrier].label if carrier in CARRIERS else carrier


def tracking_url(carrier: str, tracking: str) -> str:
    """Give where a parcel can be followed; empty where that is not known."""
    known = CARRIERS.get(carrier)
    if known is None or not known.address or not tracking:
        return ""
    return known.address.format(quote(tracking, safe=""))
