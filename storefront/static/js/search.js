// Search as you type: the combobox pattern over a plain GET form.
// The answer of data-search-api is {groups: [{label, items: [{title, url, note}]}]} or a flat
// {results: [{kind, title, url, note}]}; both are drawn as one list with headings.

const KINDS = { product: "Products", routine: "Routines", region: "Body areas", article: "Articles", programme: "Programmes", point: "Points", condition: "What it is like" };

function grouped(answer) {
  if (Array.isArray(answer.groups)) return answer.groups;
  const groups = new Map();
  for (const item of answer.results ?? answer.items ?? []) {
    const label = KINDS[item.kind] ?? "Results";
    if (!groups.has(label)) groups.set(label, { label, items: [] });
    groups.get(label).items.push(item);
  }
  return [...groups.values()];
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function combobox(box) {
  const input = box.querySelector("[data-search-input]");
  const status = box.querySelector("[data-search-status]");
  const list = element("ul", { class: "suggest", role: "listbox", id: `${input.id}-list`, "aria-label": "Suggestions", hidden: "" });
  box.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) {
    input.setAttribute(name, value);
  }
  let timer, request, chosen = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const all = options();
    chosen = (index + all.length + 1) % (all.length + 1);
    if (chosen === all.length) chosen = -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", at === chosen));
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function draw(groups) {
    const rows = [];
    let count = 0;
    for (const group of groups) {
      if (!group.items.length) continue;
      const inside = element("ul", { role: "group", class: "plain", "aria-label": group.label }, element("li", { role: "presentation" }, group.label));
      for (const item of group.items) {
        const option = element("li", { role: "option", id: `${list.id}-${count++}`, "aria-selected": "false" }, item.title);
        if (item.note) option.append(element("span", {}, item.note));
        option.dataset.url = item.url;
        inside.append(option);
      }
      rows.push(element("li", { role: "presentation", class: "group" }, inside));
    }
    list.replaceChildren(...rows);
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = !count;
    input.setAttribute("aria-expanded", String(count > 0));
    status.textContent = count === 1 ? "1 suggestion" : count ? `${count} suggestions` : "No suggestions. Press Enter to search.";
  }

  async function ask() {
    request?.abort();
    const query = input.value.trim();
    if (query.length < 2) return close();
    request = new AbortController();
    try {
      const address = `${box.dataset.searchApi}?${new URLSearchParams({ q: query })}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: request.signal });
      if (answer.ok) draw(grouped(await answer.json()));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  const go = (option) => { location.href = option.dataset.url; };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void ask();
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? options().length - 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      go(options()[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option);
  });
  input.addEventListener("blur", close);
}

for (const box of document.querySelectorAll("[data-search-api]")) combobox(box);
