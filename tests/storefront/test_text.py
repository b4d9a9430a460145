"""Words written in Markdown, as plain text has them."""

import pytest

from storefront.text import plain

BASE = "https://shop.example/in"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("see [that](/routines/hip) *now*, **please**", "see that: https://shop.example/in/routines/hip now, please"),
        ("[**the** page](https://x.example/a_b_c)", "the page: https://x.example/a_b_c"),
        ("<https://x.example/> and [https://x.example](https://x.example)", "https://x.example/ and https://x.example"),
        ("[us](mailto:us@x.example), <us@x.example>", "us: mailto:us@x.example, us@x.example"),
        ("//[there](//x.example/)", "//there: //x.example/"),
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("# Head\nwords\n- a\n- *b*\n\nend", "Head\n\nwords\n\n- a\n- b\n\nend"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("> said\n\nafter", "said\n\nafter"),
        ("2 * 3 < 7 & a\\*b", "2 * 3 < 7 & a*b"),
        ("Use `a*b`", "Use a*b"),
        ("", ""),
    ],
)  # fmt: skip
def test_plain_text_has_whole_addresses_and_no_marks(written, told):
    assert plain(written, base=BASE) == told
