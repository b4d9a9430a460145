"""Write documents as the files they could have been read from."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from routines.library.documents import BodyPart, Published
from routines.library.vocabulary import Vocabulary, Word
from routines.packs.files import BODY_PARTS, LISTS, WORD_FOLDERS
from routines.packs.words import NONE, name_words


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


def write_entry(
    folder: Path, kind: str, slug: str, document: Published, words: Vocabulary = NONE
) -> None:
    """Write an entry as Markdown with front matter; what the vocabulary has is written by name."""
    content = document.model_dump(mode="json", exclude_defaults=True)
    name_words(content, document, words)
    _write_page(folder / f"{kind}s" / f"{slug}.md", content)


def write_words(folder: Path, words: Vocabulary) -> None:
    """Write the vocabulary: lists of short words, and a file for each of the longer ones."""
    for file, kind in LISTS.items():
        listed = [_plain(word) for word in words.get(kind, {}).values()]
        if listed:
            _write(folder / file, _yaml(listed))
    for name, kind in WORD_FOLDERS.items():
        for slug, word in words.get(kind, {}).items():
            _write_page(folder / name / f"{slug}.md", _untold(_plain(word)))


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


def _plain(word: Word) -> dict[str, Any]:
    return word.model_dump(mode="json", exclude_defaults=True)


def _untold(content: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the file's name says, and an exercise's title where it is the name."""
    content = {name: value for name, value in content.items() if name != "slug"}
    if "exercise" in content:
        same = {"title": content["name"]}.items()
        content["exercise"] = {
            name: value for name, value in content["exercise"].items()
            if name != "slug" and (name, value) not in same
        }  # fmt: skip
    return content


def page_text(content: Mapping[str, Any]) -> str:
    """Write a document as Markdown with front matter, also one that is not whole yet."""
    front = {name: value for name, value in content.items() if name != "body"}
    body = content.get("body", "")
    return f"---\n{_yaml(short(front))}---\n" + (f"{body}\n" if body else "")


def _write_page(file: Path, content: dict[str, Any]) -> None:
    _write(file, page_text(content))


def _yaml(content: Any) -> str:
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
