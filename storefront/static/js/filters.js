// Filters without the Apply button: a change fetches the same page, swaps [data-results] and keeps the address.
// On a phone the filters open as a dialog. [data-results] holds the list, chips and pages;
// [data-results-count] is the live region that says how many there are. "Load more" adds to [data-results-list].

const NARROW = matchMedia("(max-width: 55.99rem)");
const form = document.querySelector("[data-filters]");
const panel = document.querySelector("[data-filters-panel]");
let request;

function addressOf(filters) {
  const chosen = [...new FormData(filters)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(chosen.map(([name, value]) => [name.replace("[]", ""), value])).toString();
  // Not filters.action: a filter may be called "action".
  return filters.getAttribute("action").split("?")[0] + (query ? `?${query}` : "");
}

async function load(address) {
  request?.abort();
  request = new AbortController();
  const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: request.signal });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function say(page) {
  const now = document.querySelector("[data-results-count]");
  const next = page.querySelector("[data-results-count]");
  if (now && next) now.textContent = next.textContent;
}

async function show(address, remember = true) {
  const results = document.querySelector("[data-results]");
  results.setAttribute("aria-busy", "true");
  try {
    const page = await load(address);
    results.replaceChildren(...page.querySelector("[data-results]").childNodes);
    say(page);
    const summary = page.querySelector("[data-filters-panel] > summary");
    if (summary && panel) panel.querySelector("summary").replaceChildren(...summary.childNodes);
    if (remember) history.pushState({ filters: true }, "", address);
  } catch (error) {
    if (error.name !== "AbortError") location.href = address;
  } finally {
    results.removeAttribute("aria-busy");
  }
}

function openAsDialog(event) {
  if (!NARROW.matches) return;
  event.preventDefault();
  let dialog = document.getElementById("filters-dialog");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "filters-dialog";
    dialog.className = "drawer";
    dialog.setAttribute("aria-label", "Filter and sort");
    const head = document.createElement("div");
    head.className = "dialog-head";
    const title = Object.assign(document.createElement("h2"), { textContent: "Filter and sort" });
    const done = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet small", textContent: "Done" });
    done.dataset.close = "";
    head.append(title, done);
    dialog.append(head);
    document.body.append(dialog);
    dialog.addEventListener("close", () => { panel.append(form); panel.querySelector("summary").focus(); });
  }
  dialog.append(form);
  dialog.showModal();
}

if (form && document.querySelector("[data-results]")) {
  form.addEventListener("change", () => show(addressOf(form)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(addressOf(form));
    document.getElementById("filters-dialog")?.close();
  });
  addEventListener("popstate", () => location.reload());
}
panel?.querySelector("summary").addEventListener("click", openAsDialog);

document.addEventListener("click", async (event) => {
  const more = event.target.closest("[data-load-more]");
  const list = document.querySelector("[data-results-list]");
  if (!more || !list || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  more.setAttribute("aria-busy", "true");
  try {
    const page = await load(more.href);
    const added = [...page.querySelector("[data-results-list]").children];
    list.append(...added);
    const pages = more.closest(".pages");
    const next = page.querySelector(".pages [data-load-more]");
    if (next) pages.replaceWith(page.querySelector(".pages")); else pages.remove();
    history.replaceState(history.state, "", more.href);
    say(page);
    added[0]?.querySelector("a")?.focus();
  } catch {
    location.href = more.href;
  }
});
