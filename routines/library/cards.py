"""Cards of routines, programmes and articles as pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from routines.library.service import Card
from routines.library.tools import lower_first, spoken
from storefront.public import Picture, pictures, web

PAGES = {
    "routine": "routines_library.routine_page",
    "programme": "routines_programmes.programme_page",
    "article": "routines_articles.article_page",
}
KIND_WORDS = {"routine": "Routine", "programme": "Programme", "article": "Article"}
GOAL_WORDS = {
    "relief": "Relief", "prevention": "Prevention", "warm_up": "Warm-up", "recovery": "Recovery", "strength": "Strength",
}  # fmt: skip


@dataclass(frozen=True)
class ShownCard:
    """What a card macro needs."""

    slug: str
    kind: str
    title: str
    url: str
    summary: str
    picture: Picture
    minutes: str = ""  # "8", or "12+" when part of it takes as long as the person likes
    steps: int = 0
    level: str = ""
    actions: tuple[str, ...] = ()
    needs_text: str = ""
    status_text: str = ""
    reason: str = ""

    @property
    def kind_word(self) -> str:
        """Say what kind of thing it is."""
        return KIND_WORDS[self.kind]


def address(kind: str, slug: str) -> str:
    """Give the path of an entry's page."""
    return web.path_for(PAGES[kind], slug=slug)


def shown_action(action: str) -> str:
    """Name the action whose colour and shape stand for one; a jump is strength work."""
    return "strengthen" if action == "jump" else action


def minutes_text(minutes: int | None, *, open_end: bool) -> str:
    """Write a length in minutes for a card."""
    return "" if minutes is None else f"{minutes}{'+' if open_end else ''}"


def shown(
    cards: Sequence[Card],
    names: Mapping[str, str] | None = None,
    *,
    states: Mapping[int, str] | None = None,
    reasons: Mapping[int, str] | None = None,
) -> list[ShownCard]:
    """Make cards for a page.

    Args:
        cards: what was found.
        names: component names, when the cards should say what is needed.
        states: for visitors with tools, a short text for each entry, in place of what is needed.
        reasons: why each is worth opening.
    """
    found = pictures([card.facts["picture"] for card in cards])
    return [
        ShownCard(
            slug=card.slug, kind=card.kind, title=card.title, url=address(card.kind, card.slug),
            summary=card.summary, picture=found[card.facts["picture"]],
            minutes=minutes_text(card.minutes, open_end=bool(card.facts.get("open_end"))),
            steps=card.facts.get("steps", 0), level=card.facts.get("level", ""),
            actions=tuple(dict.fromkeys(shown_action(one) for one in card.facts.get("actions", ()))),
            needs_text=needs_text(card, names)
            if names is not None and card.kind == "routine" and card.id not in (states or {}) else "",
            status_text=(states or {}).get(card.id, ""), reason=(reasons or {}).get(card.id, ""),
        )
        for card in cards
    ]  # fmt: skip


def needs_text(card: Card, names: Mapping[str, str]) -> str:
    """Say in one line what a routine cannot do without."""
    required = [tool["component"] for tool in card.facts["tools"] if tool["role"] == "required"]
    words = [spoken(component, names) for component in required]
    words += [lower_first(thing) for thing in card.facts["household"]]
    return f"You need: {listed(words)}" if words else "No tools needed"


def listed(words: Iterable[str]) -> str:
    """Join words with commas and "and"."""
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last
