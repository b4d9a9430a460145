"""Write documents as the files they could have been read from."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from routines.library.documents import BodyPart, Published
from routines.packs.files import BODY_PARTS


class Dumper(yaml.SafeDumper):
    """YAML for people: fields in order, text with line breaks in quotes on one line."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out: nobody wants to read anchors."""
        del data
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = value.isprintable()
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if is_plain else '"')  # fmt: skip


Dumper.add_representer(str, _text)


def write_entry(folder: Path, kind: str, slug: str, document: Published) -> None:
    """Write an entry as Markdown with front matter."""
    content = short(document.model_dump(mode="json", exclude_defaults=True))
    body = content.pop("body", "")
    text = f"---\n{_yaml(content)}---\n" + (f"{body}\n" if body else "")
    _write(folder / f"{kind}s" / f"{slug}.md", text)


def write_places(folder: Path, parts: Iterable[BodyPart]) -> None:
    """Write the places on the body."""
    content = [part.model_dump(mode="json", exclude_defaults=True) for part in parts]
    _write(folder / BODY_PARTS, _yaml(content))


def short(value: Any) -> Any:
    """Write ranges as people do: 3 or "3-4"."""
    if isinstance(value, dict):
        if set(value) == {"least", "most"}:
            least, most = value["least"], value["most"]
            return least if least == most else f"{least}-{most}"
        return {name: short(inner) for name, inner in value.items()}
    return [short(inner) for inner in value] if isinstance(value, list) else value


def _yaml(content: Any) -> str:
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
