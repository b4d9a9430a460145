// The form of the studio with scripts: the buttons for order keep the place, items can be dragged,
// the preview follows what is typed, clips are marked from the video. Without it all of it works by pages.

const QUIET = 800; // milliseconds without a key before the preview follows
let form = document.querySelector("[data-studio]");
const frame = document.querySelector("[data-frame]");
let waiting = 0;
let isDirty = false;

const place = (html) => new DOMParser().parseFromString(html, "text/html");
const body = (more = {}) => {
  const sent = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) sent.set(name, value);
  return sent;
};

/** Say what went wrong above the form; nothing that was typed goes away. */
function say(text) {
  const line = document.querySelector("[data-said]") ?? Object.assign(document.createElement("p"), { className: "error", role: "alert" });
  line.dataset.said = "";
  line.textContent = text;
  form.before(line);
}

// The server does what a button says and shows the form again; only the form is exchanged. Until it
// answers nothing can be typed, since the answer does not know of it.
async function ask(doing) {
  const pressed = document.activeElement;
  const sent = body({ do: doing });
  form.setAttribute("aria-busy", "true");
  form.inert = true;
  try {
    const text = await fetch(form.action, { method: "POST", body: sent }).then((answer) => answer.text()).catch(() => "");
    const made = place(text);
    const next = made.querySelector("[data-studio]");
    if (!next) return say("The shop did not answer as it should. Your text is still here: copy what matters, then try again.");
    document.querySelector("[data-said]")?.remove();
    const open = new Set([...form.querySelectorAll("details[open][id]")].map((each) => each.id));
    const old = document.querySelector(".studio-lacks");
    form.replaceWith(next);
    form = next;
    if (!/^(remove|move|up|down)/.test(doing)) for (const each of form.querySelectorAll("details[id]")) each.open ||= open.has(each.id);
    const lacks = made.querySelector(".studio-lacks");
    if (old && lacks) old.replaceWith(lacks); else old?.remove();
    const goal = form.querySelector("[autofocus]");
    goal?.closest("details")?.setAttribute("open", "");
    goal?.focus();
    isDirty = true;
    ready();
    follow();
  } finally {
    form.removeAttribute("aria-busy");
    form.inert = false;
    if (document.activeElement === document.body) pressed?.focus();
  }
}

function follow() {
  if (!frame || !frame.offsetParent) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: body() });
    if (!answer.ok) return;
    const made = place(await answer.text()).querySelector("main");
    const there = frame.contentDocument?.querySelector("main");
    if (made && there) there.replaceWith(frame.contentDocument.adoptNode(made));
  }, QUIET);
}

// Dragging by the grip: an item goes where another one of its list, or of a list of its kind, lies.
const kind = (name) => name.replace(/-\d+/g, "-#");
let dragged = null;

function grips() {
  for (const grip of form.querySelectorAll("[data-grip]")) {
    const item = grip.closest("[data-item]");
    grip.classList.add("on");
    grip.draggable = true;
    grip.addEventListener("dragstart", (event) => {
      dragged = item;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.dataset.item);
    });
    grip.addEventListener("dragend", () => { dragged = null; clear(); });
  }
}

function clear() {
  for (const each of form.querySelectorAll("[data-over]")) delete each.dataset.over;
}

function under(event) {
  let item = event.target.closest("[data-item]");
  while (item && dragged && kind(item.dataset.item) !== kind(dragged.dataset.item)) item = item.parentElement.closest("[data-item]");
  return item && item !== dragged ? item : null;
}

function drops() {
  form.addEventListener("dragover", (event) => {
    const item = dragged && under(event);
    clear();
    if (!item) return;
    event.preventDefault();
    item.dataset.over = "";
  });
  form.addEventListener("drop", (event) => {
    const item = dragged && under(event);
    if (!item) return;
    event.preventDefault();
    ask(`move:${dragged.dataset.item}:${item.dataset.item}`);
  });
}

function clips() {
  const video = form.querySelector("[data-video]");
  if (!video) return;
  for (const field of form.querySelectorAll("[data-clip]:not([id$=duration_ms])")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn quiet small studio-mark";
    button.textContent = "Take the video's moment";
    button.addEventListener("click", () => { field.value = video.currentTime.toFixed(1); field.dispatchEvent(new Event("input", { bubbles: true })); });
    field.after(button);
  }
}

function ready() {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button || !/^(add|remove|up|down):/.test(button.value)) return;
    event.preventDefault();
    ask(button.value);
  });
  form.addEventListener("input", () => { isDirty = true; follow(); });
  form.addEventListener("submit", () => { isDirty = false; });
  grips();
  drops();
  clips();
}

if (form) {
  ready();
  window.addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
}

// A link from the list of what is missing opens what it leads into.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const goal = link && document.getElementById(link.hash.slice(1));
  for (let fold = goal?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
});
