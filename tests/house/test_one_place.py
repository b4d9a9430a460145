"""A thing is written once: no two classes or functions of the packages have the same body."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALLEST = 3  # statements; what is shorter may look alike by chance


def bodies():
    """Give the body, without its sentence, of every class and function, and where it stands."""
    for package in ("storefront", "routines"):
        for file in sorted((ROOT / package).rglob("*.py")):
            where = file.relative_to(ROOT)
            if (
                where.parts[1] == "till"
            ):  # it speaks Stripe's language and shares nothing with us
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    body = node.body[1:] if ast.get_docstring(node) else node.body
                    if len(body) >= SMALLEST:
                        yield "\n".join(map(ast.dump, body)), f"{where}:{node.name}"


def test_no_body_is_written_twice():
    places = defaultdict(list)
    for body, where in bodies():
        places[body].append(where)

    assert [found for found in places.values() if len(found) > 1] == []


def test_no_file_was_left_in_the_middle_of_a_merge():
    kinds = {".py", ".html", ".css", ".js", ".md", ".toml", ".yaml", ".txt", ".mjml", ".typ"}
    folders = ("storefront", "routines", "templates", "docs", "migrations", "tests", "config")
    files = [
        file
        for folder in folders
        for file in (ROOT / folder).rglob("*")
        if file.suffix in kinds
    ]
    marks = tuple(sign * 7 + " " for sign in "<>")

    assert [
        file
        for file in files
        if any(line.startswith(marks) for line in file.read_text("utf-8").splitlines())
    ] == []
