"""The OpenAPI document, written from the views that declare themselves as operations.

A generator that hangs routes and its own validation on the app would reach past our
blueprints and our one guard for what comes in, so this small one only reads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from storefront import guards, web
from storefront.errors import Invalid

View = TypeVar("View", bound=Callable[..., Any])
Model = TypeVar("Model", bound=BaseModel)
ALWAYS = (422, 429, 503)
TEXT: dict[str, Any] = {"type": "string", "pattern": "^[^\\u0000]*$"}  # no NUL anywhere
PAGE: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 10_000}
WORDS = {
    403: "The gate is closed, or another site sent this", 404: "There is no such thing",
    409: "Sold out, another price, or a key that was used for another body",
    413: "The body is too large", 422: "Something in the request cannot be used",
    429: "Too many requests; see Retry-After", 503: "Busy; see Retry-After",
}  # fmt: skip


class Answer(BaseModel):
    """A closed value that goes out as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(BaseModel):
    """An error as problem+json (RFC 9457); `code` is stable, the words are for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str


@dataclass(frozen=True)
class Operation:
    """What a view says about itself."""

    summary: str
    answer: type[BaseModel]
    status: int = 200
    body: type[BaseModel] | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # name to schema
    required: tuple[str, ...] = ()  # of the query
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # none is required
    problems: tuple[int, ...] = ()


def operation(told: Operation) -> Callable[[View], View]:
    """Declare a view as an operation of the API."""

    def declare(view: View) -> View:
        view.operation = told  # type: ignore[attr-defined]
        return view

    return declare


def read(model: type[Model]) -> Model:
    """Read the JSON body of this request as a model.

    Raises:
        Invalid: it is not; names each field.
    """
    value = guards.json_body(request, web.settings())
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as error:
        fields = {
            ".".join(map(str, each["loc"])) or "body": each["msg"] for each in error.errors()
        }
        raise Invalid("Please check the fields.", fields=fields) from error


def send(answer: BaseModel, status: int = 200) -> Response:
    """Answer with a model as JSON."""
    return Response(answer.model_dump_json(), status, content_type="application/json")


def document(app: Flask) -> dict[str, Any]:
    """Describe every declared operation of an app."""
    declared = [
        (rule, getattr(app.view_functions[rule.endpoint], "operation", None))
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    ]
    found: list[tuple[Rule, Operation]] = [(rule, told) for rule, told in declared if told]
    paths: dict[str, dict[str, Any]] = {}
    for rule, told in found:
        place = paths.setdefault(rule.rule.replace("<", "{").replace(">", "}"), {})
        place[_method(rule)] = _described(rule, told)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{web.settings().shop_name} API", "version": "1"},
        "servers": [{"url": web.settings().origin}],
        "paths": paths,
        "components": {"schemas": _schemas([told for _, told in found])},
    }


def _method(rule: Rule) -> str:
    return next(name.lower() for name in ("POST", "GET") if name in (rule.methods or ()))


def _described(rule: Rule, told: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": told.summary,
        "parameters": [
            *(_parameter(name, "path", {"type": "string"}, True) for name in sorted(rule.arguments)),
            *(_parameter(name, "query", schema, name in told.required) for name, schema in told.query.items()),
            *(_parameter(name, "header", schema, False) for name, schema in told.headers.items()),
        ],
        "responses": _responses(told),
    }  # fmt: skip
    if told.body:
        described["requestBody"] = {"required": True} | _content(told.body.__name__)
    return described


def _parameter(
    name: str, place: str, schema: Mapping[str, Any], required: bool
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _responses(told: Operation) -> dict[str, Any]:
    good = {"description": told.summary} | _content(told.answer.__name__)
    problems = {
        str(status): {"description": WORDS[status]}
        | _content(Problem.__name__, "application/problem+json")
        for status in sorted({*ALWAYS, *told.problems})
    }
    return {str(told.status): good} | problems


def _content(name: str, kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
        (Problem, "serialization"): None
    }
    for told in operations:
        models[told.answer, "serialization"] = None
        if told.body:
            models[told.body, "validation"] = None
    _, made = models_json_schema(list(models), ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = made["$defs"]
    return schemas
