// The cart as a drawer over the same /cart page: every form works without this file.
// An answer is a whole page; what lies in [data-cart-fragment] moves into the drawer.
// The fragment carries data-cart-items (how many) and may carry data-cart-says (one sentence to announce).

const drawer = document.getElementById("cart-drawer");
const status = document.querySelector("[data-cart-status]");

function say(text) {
  if (!status || !text) return;
  const place = drawer?.open ? drawer.appendChild(status) && status : status;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 50);
}

function showCount(items) {
  for (const count of document.querySelectorAll("[data-cart-count]")) count.textContent = items;
  for (const badge of document.querySelectorAll("[data-cart-badge]")) {
    badge.textContent = items;
    badge.hidden = items === "0";
  }
}

async function fetchFragment(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin", ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fragment = page.querySelector("[data-cart-fragment]");
  if (!fragment) throw Object.assign(new Error("No cart in the answer"), { done: answer.ok && answer.url });
  return fragment;
}

function place(fragment, into) {
  const focused = whatHasFocus();
  into.replaceChildren(document.adoptNode(fragment));
  readyQuantities(into);
  if (fragment.dataset.cartItems !== undefined) showCount(fragment.dataset.cartItems);
  if (focused) document.querySelector(focused)?.focus();
}

// A selector that finds the same control again after its surroundings were replaced.
function whatHasFocus() {
  const active = document.activeElement;
  if (active?.id) return `#${CSS.escape(active.id)}`;
  const box = active?.closest("[data-qty]");
  return box && `[data-qty]:has(#${CSS.escape(box.querySelector("input").id)}) [data-step="${active.dataset.step}"]`;
}

function open(fragment) {
  const title = fragment.querySelector("h1"); // the page behind has its own
  if (title) document.getElementById("cart-drawer-title").textContent = title.textContent;
  title?.remove();
  place(fragment, drawer.querySelector("[data-cart-body]"));
  if (!drawer.open) drawer.showModal();
  if (!drawer.contains(document.activeElement) || document.activeElement === drawer || document.activeElement.matches("[data-close]")) {
    document.getElementById("cart-drawer-title")?.focus();
  }
  say(fragment.dataset.cartSays);
}

async function send(form, submitter) {
  submitter?.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    const fragment = await fetchFragment(form.getAttribute("action"), { method: "POST", body });
    const inside = form.closest("[data-cart-fragment]");
    if (inside && !drawer?.contains(form)) {
      const says = fragment.dataset.cartSays;
      place(fragment, inside.parentElement);
      say(says);
    } else {
      open(fragment);
    }
  } catch (error) {
    if (error.done) location.href = error.done; else submitPlainly(form, submitter);
  } finally {
    submitter?.removeAttribute("aria-busy");
  }
}

function submitPlainly(form, submitter) {
  if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
  HTMLFormElement.prototype.submit.call(form);
}

function readyQuantities(root) {
  for (const box of root.querySelectorAll("[data-qty]")) {
    for (const button of box.querySelectorAll("[data-step]")) button.hidden = false;
    const update = box.closest("form")?.querySelector("[data-qty-update]");
    if (update) update.hidden = true;
  }
}

let later;
function quantityChanged(form) {
  clearTimeout(later);
  if (form?.matches("[data-cart-form]")) later = setTimeout(() => form.reportValidity() && form.requestSubmit(), 350);
}

readyQuantities(document);

// A text to copy is chosen whole as soon as it is touched.
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-copy]")) event.target.select();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-qty] [data-step]");
  if (button) {
    const input = button.closest("[data-qty]").querySelector("input");
    if (button.dataset.step === "1") input.stepUp(); else input.stepDown();
    quantityChanged(input.form);
    return;
  }
  const link = event.target.closest("[data-cart-open]");
  if (!link || !drawer || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (document.querySelector("main [data-cart-fragment]")) return; // already on the cart page
  event.preventDefault();
  fetchFragment(link.href).then(open, () => { location.href = link.href; });
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-qty]")) quantityChanged(event.target.form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !drawer || !form.matches("[data-cart-add], [data-cart-form]")) return;
  event.preventDefault();
  send(form, event.submitter);
});
