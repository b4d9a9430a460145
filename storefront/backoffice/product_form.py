"""What the form of a product asks, and how it becomes the data of its file."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from storefront.backoffice.fields import Field, Part
from storefront.backoffice.typed import Typed
from storefront.catalog import drafts
from storefront.catalog.drafts import Draft
from storefront.catalog.kinds import Attribute
from storefront.catalog.models import Collection

ACTIONS = ("press", "stretch", "roll")
PRESSURES = (("", "Not told"), ("light", "Light"), ("medium", "Medium"), ("firm", "Firm"))
TAXES = (("standard", "Standard"), ("reduced", "Reduced"), ("zero", "Zero"))
FLAGS = (("", "Not told"), ("yes", "Yes"), ("no", "No"))
PEOPLE = (
    ("name", "Name"),
    ("address", "Postal address"),
    ("email", "Mail address"),
    ("country", "Country"),
)
SPARE_SLOTS = 2
PLAIN = ("name", "slug", "summary", "description", "not_for", "care")
LISTS = ("search_terms", "spare_for")
SHORT_NAMES = {
    "safety": "maker.name", "safety.maker": "maker.name", "safety.responsible": "responsible.name",
    "pictures": "pictures.0",
}  # fmt: skip
NUMBER = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,6})?")


def parts(
    draft: Draft, shelves: Sequence[Collection], types: Sequence[tuple[str, str]],
    attributes: Sequence[Attribute], pictures: Sequence[str], *, sees_tax: bool,
) -> list[Part]:  # fmt: skip
    """List what is asked of a product."""
    slots = range(len(draft.product["pictures"]) + SPARE_SLOTS)
    shown = [("", "None"), *((name, name) for name in pictures)]
    return [
        Part("Text", [
            Field("name", "Name", most=160), Field("summary", "In one sentence", "area", rows=2, optional=True),
            Field("slug", "Name in its address", most=80, hint="When it changes, the old address leads here."),
            Field("description", "Description", "area", rows=10, most=20_000, optional=True, hint="Markdown: **bold**, lists with -, links as [words](/address)."),
            Field("not_for", "When not to use it", "area", most=20_000, optional=True, hint="Markdown as well."),
            Field("care", "Care", "area", most=20_000, optional=True, hint="Markdown as well."),
        ]),
        Part("Kind", [Field("type", "Kind of product", "select", options=[("", "None"), *types]), *asked(attributes)],
             hint="After choosing another kind, press “Show the fields of this kind”."),
        Part("Shelves", [Field(f"collection.{each.slug}", each.name, "check") for each in shelves]),
        Part("Use", [*(Field(f"action.{each}", each.capitalize(), "check") for each in ACTIONS),
                     Field("pressure", "Pressure", "select", options=PRESSURES)]),
        Part("Pictures", [Field(f"pictures.{i}", f"Picture {i + 1}", "select", options=shown, optional=True) for i in slots],
             hint="The first is the one in lists."),
        Part("Facts and questions", [
            Field("facts", "Facts", "area", most=20_000, optional=True, hint="One in a line, such as Size: 183 x 61 cm."),
            *_questions(draft),
        ]),
        Part("Safety", _safety(), hint="What can be held in a hand names its maker before it is on the shelf (GPSR)."),
        Part("Found by", [
            Field("search_terms", "Other words that people look for", "area", most=20_000, optional=True, hint="One in a line; usual misspellings too."),
            Field("spare_for", "Spare part of", "area", rows=2, most=20_000, optional=True, hint="Names in addresses of products, one in a line."),
            *([Field("tax_category", "Tax", "select", options=TAXES)] if sees_tax else []),
        ]),
    ]  # fmt: skip


def asked(attributes: Sequence[Attribute], *, optional: bool = False) -> list[Field]:
    """Ask for the attributes of a kind, each with its unit."""
    kinds = {"choice": "select", "flag": "select", "number": "amount", "text": "text"}
    return [
        Field(
            f"attributes.{each.slug}", each.name, kinds[each.kind], unit=each.unit, most=200,
            optional=optional or not each.required,
            options=FLAGS if each.kind == "flag" else [("", "Not told"), *((word, word) for word in each.choices)],
        )
        for each in attributes
    ]  # fmt: skip


def _questions(draft: Draft) -> list[Field]:
    found = []
    for i in range(len(draft.product["questions"]) + SPARE_SLOTS):
        found += [
            Field(f"questions.{i}.ask", f"Question {i + 1}", optional=True),
            Field(f"questions.{i}.answer", f"Answer {i + 1}", "area", most=2000, optional=True),
        ]
    return found


def _safety() -> list[Field]:
    who = {"maker": "Maker", "responsible": "Responsible in the EU"}
    people = [
        Field(f"{name}.{part}", f"{label}: {word.lower()}", optional=True, most=400)
        for name, label in who.items()
        for part, word in PEOPLE
    ]
    return [
        Field("is_physical", "It can be held in a hand", "check"), *people,
        Field("warnings", "Warnings", "area", most=20_000, optional=True, hint="One in a line."),
        Field("lot_marking", "Where its lot is read", optional=True),
    ]  # fmt: skip


def values(draft: Draft) -> dict[str, str]:
    """Give a draft as the form shows it."""
    data = draft.product
    found = {
        name: str(data[name] or "") for name in (*PLAIN, "type", "pressure", "tax_category")
    }
    found |= {name: "\n".join(data[name]) for name in LISTS}
    found |= {f"collection.{slug}": "yes" for slug in data["collections"]}
    found |= {f"action.{each}": "yes" for each in data["actions"]}
    found |= {f"pictures.{i}": name for i, name in enumerate(data["pictures"])}
    found["facts"] = pair_lines(data["facts"])
    for i, each in enumerate(data["questions"]):
        found |= {f"questions.{i}.{part}": each[part] for part in ("ask", "answer")}
    for name, told in draft.makers.items():
        found |= {f"{name}.{part}": told.get(part, "") for part, _ in PEOPLE}
    safety = data["safety"] or {"warnings": [], "lot_marking": ""}
    found |= {"warnings": "\n".join(safety["warnings"]), "lot_marking": safety["lot_marking"]}
    found["is_physical"] = "yes" if data["is_physical"] else ""
    return found | attribute_values(data["attributes"])


def pair_lines(told: Mapping[str, Any]) -> str:
    """Write pairs as lines."""
    return "\n".join(f"{label}: {text}" for label, text in told.items())


def attribute_values(told: Mapping[str, Any]) -> dict[str, str]:
    """Give attributes as the form shows them."""
    return {
        f"attributes.{slug}": ("yes" if value else "no")
        if isinstance(value, bool)
        else str(value)
        for slug, value in told.items()
    }


def read(
    form: Typed, before: Draft, attributes: Sequence[Attribute], *, sees_tax: bool
) -> Draft:
    """Read a draft; what this role may not change stays as it was."""
    data: dict[str, Any] = {**before.product, **{name: form.text(name) for name in PLAIN}}
    data |= {name: form.lines(name) for name in LISTS}
    data |= {
        "type": form.text("type") or None, "pressure": form.text("pressure") or None,
        "is_physical": form.is_ticked("is_physical"), "facts": form.pairs("facts"),
        "collections": _ticked(form, "collection."), "actions": _in_order(_ticked(form, "action."), before.product["actions"]),
        "pictures": list(dict.fromkeys(_numbered(form, "pictures.{}"))),
        "questions": [
            {"ask": ask, "answer": answer}
            for ask, answer in zip(_all(form, "questions.{}.ask"), _all(form, "questions.{}.answer"), strict=False)
            if ask or answer
        ],
        "attributes": read_attributes(form, attributes),
    }  # fmt: skip
    if sees_tax:
        data["tax_category"] = form.text("tax_category")
    makers = {name: _person(form, name) for name in drafts.MAKERS}
    makers = {name: told for name, told in makers.items() if any(told.values())}
    data["safety"] = drafts.safety(makers, form.lines("warnings"), form.text("lot_marking"))
    return Draft(data, makers)


def read_attributes(form: Typed, attributes: Sequence[Attribute]) -> dict[str, Any]:
    """Read the attributes of a kind; an empty field tells nothing."""
    typed = {
        each.slug: (each.kind, form.text(f"attributes.{each.slug}")) for each in attributes
    }
    return {slug: _value(kind, text) for slug, (kind, text) in typed.items() if text}


def _value(kind: str, text: str) -> Any:
    """Read a value of a kind; what cannot be read stays text, which the rules refuse."""
    if kind == "flag":
        return {"yes": True, "no": False}.get(text, text)
    if kind == "number" and NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return int(number) if number.is_integer() else number
    return text


def _person(form: Typed, name: str) -> dict[str, str]:
    return {part: form.text(f"{name}.{part}") for part, _ in PEOPLE}


def _ticked(form: Typed, start: str) -> list[str]:
    return [name.removeprefix(start) for name in form.sent if name.startswith(start) and form.is_ticked(name)]  # fmt: skip


def _in_order(names: Sequence[str], before: Sequence[str]) -> list[str]:
    """Keep the order that there was; what is new comes last."""
    kept = [name for name in before if name in names]
    return [*kept, *(name for name in names if name not in kept)]


def _all(form: Typed, name: str) -> list[str]:
    found: list[str] = []
    while name.format(len(found)) in form.sent:
        found.append(form.text(name.format(len(found))))
    return found


def _numbered(form: Typed, name: str) -> list[str]:
    return [text for text in _all(form, name) if text]


def field_errors(wrong: Mapping[str, str]) -> dict[str, str]:
    """Say beside which field of the form an error of the data belongs."""
    found: dict[str, str] = {}
    for name, sentence in wrong.items():
        start = name.split(".")[0]
        whole = start in ("attributes", "questions", "maker", "responsible", "pictures")
        short = (
            name.removeprefix("safety.") if name.startswith(("safety.w", "safety.l")) else name
        )
        place = SHORT_NAMES.get(name) or (name if whole else short.split(".")[0])
        if start == "variants":
            place, sentence = "variants", f"In its variants: {sentence}"
        found.setdefault(place, sentence)
    return found
