"""What stands between a cart and its order, as data: a kind, a sentence, and one-tap mends."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "sold_out", "too_few", "not_sold", "dearer", "cheaper", "no_delivery", "code_refused"
]
Action = Literal["take", "remove", "save", "accept", "tell_me", "remove_code"]

NOTES = {"cheaper", "code_refused"}  # worth a word, and no reason to stop


@dataclass(frozen=True)
class Mend:
    """One press that takes a problem away; `value` is a quantity, a price or a code."""

    label: str
    action: Action
    value: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a line, or with the whole cart when `line_id` is None."""

    kind: Kind
    sentence: str
    line_id: int | None = None
    sku: str = ""
    mends: list[Mend] = field(default_factory=list)

    @property
    def blocks(self) -> bool:
        """Tell whether the cart cannot be ordered like this."""
        return self.kind not in NOTES


@dataclass(frozen=True)
class LineFacts:
    """What there is to know of a line; `left` is None when enough is there."""

    line_id: int
    sku: str
    name: str
    left: int | None
    is_sold: bool
    price_minor: int
    agreed_minor: int | None = None


REMOVE = Mend("Remove", "remove")
SAVE = Mend("Save for later", "save")
TELL_ME = Mend("Tell me when it is back", "tell_me")


def of_line(line: LineFacts, text: Callable[[int], str]) -> tuple[Problem, ...]:
    """Find what is wrong with a line; `text` writes an amount."""
    if not line.is_sold:
        return (_problem(line, "not_sold", f"{line.name} is not sold any more.", [REMOVE]),)
    found = [_short(line), _price(line, text)]
    return tuple(problem for problem in found if problem)


def _short(line: LineFacts) -> Problem | None:
    if line.left is None:
        return None
    if line.left == 0:
        sentence = f"{line.name} is sold out meanwhile."
        return _problem(line, "sold_out", sentence, [SAVE, REMOVE, TELL_ME])
    take = Mend(f"Take {line.left}", "take", str(line.left))
    sentence = f"Only {line.left} of {line.name} can still be had."
    return _problem(line, "too_few", sentence, [take, SAVE, REMOVE])


def _price(line: LineFacts, text: Callable[[int], str]) -> Problem | None:
    """Compare today's price with the agreed one: less is passed on, more needs a yes."""
    if line.agreed_minor is None or line.agreed_minor == line.price_minor:
        return None
    now, before = text(line.price_minor), text(line.agreed_minor)
    if line.price_minor < line.agreed_minor:
        sentence = f"{line.name} now costs {now} instead of {before}."
        return _problem(line, "cheaper", sentence, [])
    accept = Mend(f"I accept {now}", "accept", str(line.price_minor))
    sentence = f"{line.name} now costs {now}. It was {before} when you put it in."
    return _problem(line, "dearer", sentence, [accept, SAVE, REMOVE])


def _problem(line: LineFacts, kind: Kind, sentence: str, mends: list[Mend]) -> Problem:
    return Problem(kind, sentence, line.line_id or None, line.sku, mends)


def of_sold_out(lines: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Say what is short, from what a refusal knows: SKU, name and how many are left."""
    facts = [
        LineFacts(0, line["sku"], line["name"], line["left"], is_sold=True, price_minor=0)
        for line in lines
    ]
    return [problem for each in facts if (problem := _short(each))]


def of_not_sold(skus: Iterable[str]) -> list[Problem]:
    """Say what is not sold here, or not any more."""
    return [
        Problem(
            "not_sold", f"{sku} is not sold here, or not any more.", sku=sku, mends=[REMOVE]
        )
        for sku in skus
    ]


def no_delivery(sentence: str) -> Problem:
    """Say that the cart cannot be delivered as chosen."""
    return Problem("no_delivery", sentence)


def code_refused(code: str, sentence: str) -> Problem:
    """Say why a code takes nothing off; the order goes on without it."""
    return Problem("code_refused", sentence, mends=[Mend("Remove it", "remove_code", code)])


def told(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Write problems as JSON, for programs."""
    return [
        {
            "kind": problem.kind, "sku": problem.sku, "sentence": problem.sentence,
            "mends": [
                {"action": mend.action, "label": mend.label, "value": mend.value}
                for mend in problem.mends
            ],
        }
        for problem in problems
    ]  # fmt: skip
