"""Somebody scans the QR code of a box: the code stays out of every address that the shop is asked for."""

from playwright.sync_api import expect

SCANNED = "ABCD-EFGH-2345-6789"


def test_a_scanned_code_is_looked_up_and_in_no_address(page, watch):
    watch.expects(404)
    asked = []
    page.on(
        "request",
        lambda request: asked.append(request.url.partition("#")[0] + str(request.headers)),
    )

    for code in (SCANNED, "WXYZ-EFGH-2345-6789"):  # a second one, scanned into the same tab
        with page.expect_response("**/claim/look") as told:
            page.goto(f"/claim#{code}")
        assert f"code={code}" in told.value.request.post_data
        expect(page.get_by_text("This code opens nothing")).to_be_visible()

    assert asked
    assert [each for each in asked if "EFGH" in each] == []
    assert "EFGH" not in page.url


def test_without_scripts_a_code_is_typed(bare, watch):
    watch.expects(404)
    bare.goto(f"/claim#{SCANNED}")
    bare.get_by_label("Code", exact=True).fill(SCANNED)

    bare.get_by_role("button", name="Go on").click()

    expect(bare.get_by_text("This code opens nothing")).to_be_visible()
