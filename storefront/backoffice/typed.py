"""Read what was typed into a form; whatever cannot be read is collected, field by field."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from storefront import guards, web
from storefront.errors import Invalid
from storefront.money import read_amount

MOST_MINOR = 100_000_000
YEARS = range(1970, 9000)


class Typed:
    """A form that was sent; `check()` tells all that was wrong with it at once."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        self.wrong: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Read words; line ends are those of one system."""
        return self.sent.get(name, "").replace("\r\n", "\n").strip()

    def is_ticked(self, name: str) -> bool:
        """Tell whether a box is ticked."""
        return bool(self.sent.get(name))

    def lines(self, name: str) -> list[str]:
        """Read one thing for each line."""
        return [line.strip() for line in self.text(name).split("\n") if line.strip()]

    def pairs(self, name: str) -> dict[str, str]:
        """Read lines that are a label, a colon and a text."""
        found = {}
        for line in self.lines(name):
            label, colon, text = (each.strip() for each in line.partition(":"))
            if not (label and colon and text):
                self.wrong[name] = "Write each as a label, a colon and a text."
            found[label] = text
        return found

    def words(self, name: str) -> list[str]:
        """Read names between commas or on lines of their own."""
        return [word for word in self.text(name).replace(",", " ").split() if word]

    def whole(self, name: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        """Read a whole number; None for an empty field."""
        text = self.text(name)
        found = guards.whole(text, least=least, most=most) if text else None
        if text and found is None:
            self.wrong[name] = f"Enter a whole number from {least} to {most}."
        return found

    def amount(self, name: str) -> int | None:
        """Read an amount in the shop's currency; None for an empty field."""
        text = self.text(name)
        found = read_amount(text, web.settings().currency, most=MOST_MINOR) if text else None
        if text and found is None:
            self.wrong[name] = "Enter an amount such as 12.50."
        return found

    def share(self, name: str) -> int:
        """Read a percentage such as 12.5 as basis points; nothing is 0."""
        text = self.text(name).removesuffix("%").strip()
        found = read_amount(text, "EUR", most=10_000) if text else 0  # two decimals as well
        if found is None:
            self.wrong[name] = "Enter a percentage from 0 to 100, such as 12.5."
        return found or 0

    def day(self, name: str) -> date | None:
        """Read a day; None for an empty field."""
        text = self.text(name)
        try:
            found = date.fromisoformat(text) if text else None
        except ValueError:
            found = date.min
        if found is not None and found.year not in YEARS:
            self.wrong[name] = "Enter a day such as 2027-01-31."
            return None
        return found

    def begin(self, name: str) -> datetime | None:
        """Read the moment at which a day of the shop begins; None for an empty field."""
        day = self.day(name)
        zone = ZoneInfo(web.settings().timezone)
        return datetime.combine(day, time(), zone).astimezone(UTC) if day else None

    def moment(self, name: str) -> datetime | None:
        """Read a moment on the shop's clock; None for an empty field."""
        text = self.text(name)
        try:
            found = datetime.fromisoformat(text) if text else None
        except ValueError:
            found = datetime(1, 1, 1)  # noqa: DTZ001  # refused below
        if found is not None and (found.year not in YEARS or found.tzinfo is not None):
            self.wrong[name] = "Enter a moment such as 2027-01-31T09:00."
            return None
        zone = ZoneInfo(web.settings().timezone)
        return found.replace(tzinfo=zone).astimezone(UTC) if found else None

    def needs(self, name: str, found: object, sentence: str) -> None:
        """Note that a field is empty that has to be filled."""
        if found is None or found == "":
            self.wrong.setdefault(name, sentence)

    def check(self) -> None:
        """Refuse the form if something could not be read.

        Raises:
            Invalid: with a sentence for each field.
        """
        if self.wrong:
            raise Invalid(" ".join(self.wrong.values()), fields=self.wrong)
