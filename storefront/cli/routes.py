"""`routes`: every address of the shop and how it is guarded."""

import json
from dataclasses import asdict, dataclass

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from storefront.cli.group import group
from storefront.staff import roles


@dataclass(frozen=True)
class RouteFacts:
    """One rule; `writes` tells who may send forms: this site only, or anybody with a token.

    `roles` are those of the staff that may come, where it is theirs alone.
    """

    rule: str
    methods: str
    endpoint: str
    cache: str
    writes: str
    gated: bool
    roles: tuple[str, ...] = ()


def route_facts(app: Flask) -> list[RouteFacts]:
    """List the rules of our own blueprints, by address."""
    facts = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(("storefront_", "routines_")):
            continue
        view = app.view_functions[rule.endpoint]
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        from_elsewhere = getattr(view, "from_other_sites", False)
        cache = (
            "static"
            if rule.endpoint.endswith(".static")
            else getattr(view, "cache_class", "private")
        )
        facts.append(
            RouteFacts(
                rule=rule.rule,
                methods=" ".join(methods),
                endpoint=rule.endpoint,
                cache=cache,
                writes=""
                if methods == ["GET"]
                else "with a token"
                if from_elsewhere
                else "same site",
                gated="/gated/" in rule.rule,
                roles=roles_of(rule.endpoint),
            )
        )
    return sorted(facts, key=lambda fact: (fact.rule, fact.methods))


def roles_of(endpoint: str) -> tuple[str, ...]:
    """Tell which roles may come to an address of the backoffice; none for what is open."""
    rule = roles.rule_of(endpoint)
    return () if rule is None or rule.open else tuple(sorted(rule.roles))


@group.command("routes")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--markdown", is_flag=True, help="Print the table of docs/routes.md.")
@with_appcontext
def routes(as_json: bool, markdown: bool) -> None:
    """List every address: methods, cache class, who may write, whether it is gated, which roles may come."""
    facts = route_facts(current_app)
    if as_json:
        click.echo(json.dumps([asdict(fact) for fact in facts], indent=2))
        return
    for fact in facts:
        gated = "gated" if fact.gated else ""
        cells: tuple[str, ...] = (fact.methods, fact.cache, fact.writes, gated)
        if markdown:
            click.echo(f"| `{fact.rule}` | " + " | ".join(cells) + " |")
        else:
            cells += (", ".join(fact.roles),)
            click.echo(f"{fact.rule:50} " + "  ".join(cells))
