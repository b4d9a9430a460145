"""What a tool can tell of a page: axe's faults, what sticks out, what shows no focus."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => {
  const type = tags.includes("color-contrast") ? "rule" : "tag";
  const options = { resultTypes: ["violations"], runOnly: { type, values: tags } };
  const found = await axe.run(document, options);
  return found.violations.flatMap((fault) =>
    fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")} ${node.failureSummary}`));
}"""
STICKING_OUT = """(width) => {
  if (document.scrollingElement.scrollWidth <= width) return [];
  const out = [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > width + 1)
    .map((each) => `${each.tagName.toLowerCase()}.${each.className}`);
  return out.length ? out.slice(0, 8) : ["the page itself"];
}"""
REMEMBER_REST = """() => {
  const drawn = (style) => {
    const outline = style.outlineStyle === "none" ? "" : style.outlineWidth + style.outlineColor;
    return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join("|");
  };
  window.look = (each) => [each, each.labels?.[0]].filter(Boolean).map((part) =>
    drawn(getComputedStyle(part)) + drawn(getComputedStyle(part, "::after"))).join();
  const stops = "a[href], button, input, select, textarea, summary, [tabindex], video";
  window.rest = new Map([...document.querySelectorAll(stops)].map((e) => [e, window.look(e)]));
  window.visited = new Set();
  window.scrollTo(0, 0);
  document.activeElement?.blur();
}"""
FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body || window.visited.has(here)) return null;
  window.visited.add(here);
  const box = here.getBoundingClientRect();
  const x = Math.min(innerWidth - 1, Math.max(0, box.x + box.width / 2));
  const y = Math.min(innerHeight - 1, Math.max(0, box.y + box.height / 2));
  const top = document.elementFromPoint(x, y);
  const label = here.labels?.[0];
  const own = [here, label].filter(Boolean);
  const free = !top || own.some((each) => each.contains(top) || top.contains(each));
  const words = here.getAttribute("aria-label") || here.innerText || here.name || "";
  const name = `${here.tagName.toLowerCase()}#${here.id} ${words.trim().slice(0, 40)}`;
  return { name, shows: window.rest.get(here) !== window.look(here), free };
}"""
MOST_STOPS = 150


def axe_faults(page: Page) -> list[str]:
    """List what axe finds on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN_AXE, RULES)


def faults_of_dark_colours(page: Page) -> list[str]:
    """List what axe finds of the contrast of colours in the dark; the rest is the same in both schemes."""
    page.emulate_media(color_scheme="dark")
    found = page.evaluate(RUN_AXE, ["color-contrast"])
    page.emulate_media(color_scheme="light")
    return found


def sticking_out(page: Page, width: int) -> list[str]:
    """List what makes the page scroll sideways."""
    page.set_viewport_size({"width": width, "height": 640})
    return page.evaluate(STICKING_OUT, width)


def focus_stops(page: Page) -> list[dict]:
    """Walk through the page by Tab; tell of each stop whether focus shows and nothing covers it."""
    page.evaluate(REMEMBER_REST)
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    return stops
