// Small things of every page: the menu closes by Escape, dialogs by their button or a click outside,
// forms say that they are busy, the buy bar shows when the main button has left the view.

for (const menu of document.querySelectorAll("[data-menu]")) {
  const close = () => { menu.open = false; };
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) close(); });
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("[data-busy]:not([data-cart-add], [data-cart-form])")) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  const button = event.submitter ?? event.target.querySelector("[type=submit]");
  button?.setAttribute("aria-busy", "true");
});

// A page that comes back from the history must be usable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
});

const bar = document.querySelector("[data-buy-bar]");
const main = document.querySelector("[data-buy-main]");
if (bar && main && "IntersectionObserver" in window) {
  // What lies below the view counts as seen: a jump over the button is noticed too.
  new IntersectionObserver(([seen]) => { bar.hidden = seen.isIntersecting; }, { rootMargin: "0px 0px 100000px" }).observe(main);
}

for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const reel = gallery.querySelector(".reel");
  gallery.querySelector(".thumbs")?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const picture = document.getElementById(link.hash.slice(1));
    reel.scrollTo({ left: picture.offsetLeft - reel.offsetLeft });
    for (const other of gallery.querySelectorAll(".thumbs a")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
