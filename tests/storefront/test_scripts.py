"""Scripts in one piece: what is joined, in which order, and what is refused."""

from pathlib import Path

import pytest

from storefront.scripts import CannotJoin, joined

STATIC = [Path(__file__).parents[2] / name / "static" for name in ("storefront", "routines")]
OURS = sorted(file for folder in STATIC for file in folder.rglob("*.js"))


@pytest.fixture
def write(tmp_path):
    """Write modules and join the first."""

    def write(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text)
        return joined(tmp_path / f"{next(iter(modules))}.js")

    return write


def test_imports_become_names_of_what_stands_before(write):
    text = write(
        page='import { a, b as c } from "./first.js";\nimport * as all from "./second.js";\ngo(a, c, all.d);\n',
        first="export function a() {}\nexport const b = 2;\n",
        second='import { b } from "./first.js";\nexport async function d() { return b; }\n',
    )

    assert text == (
        "const part_0 = (() => {\nfunction a() {}\nconst b = 2;\nreturn { a, b };\n})();\n"
        "const part_1 = (() => {\nconst { b } = part_0;\nasync function d() { return b; }\nreturn { d };\n})();\n"
        "const { a, b: c } = part_0;\nconst all = part_1;\ngo(a, c, all.d);\n"
    )


def test_lines_of_comment_and_indents_are_left_out_but_not_words(write):
    text = write(page='// gone\n/** gone\n * too */\nif (x) {\n  y("// stays"); // stays\n}\n')

    assert text == 'if (x) {\ny("// stays"); // stays\n}\n'


def test_a_text_over_several_lines_keeps_its_spaces(write):
    assert write(page="go(`a\n  // b`);\n") == "go(`a\n  // b`);\n"


@pytest.mark.parametrize(
    "module",
    [
        'import { a } from "./page.js";\nexport const b = a;\n', "export default 1;\n", "export let a = 1;\n",
        'export { a } from "./other.js";\n', 'import a from "./other.js";\n', "go(import.meta.url);\n",
    ],
)  # fmt: skip
def test_what_it_does_not_know_is_refused(write, module):
    with pytest.raises(CannotJoin):
        write(page='import "./part.js";\n', part=module, other="export const a = 1;\n")


def test_a_later_import_would_be_sought_in_the_wrong_folder(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "part.js").write_text(
        'export const go = () => import("./later.js");\n'
    )
    (tmp_path / "page.js").write_text('import { go } from "./deep/part.js";\ngo();\n')

    with pytest.raises(CannotJoin):
        joined(tmp_path / "page.js")


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_each_of_ours_can_be_joined(file):
    assert "\nimport " not in "\n" + joined(file)
