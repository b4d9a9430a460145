// While a film is being made, its page shows how far it is every few seconds, and leaves what is typed alone.
// Without scripts the page renews itself.

const PATIENCE = 30 * 60 * 1000;
const began = Date.now();
const shown = () => document.querySelectorAll("[data-film-part]");
const busy = () => document.querySelector("[data-film-address]");

async function look() {
  if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
  try {
    const answer = await fetch(busy().dataset.filmAddress, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) return undefined;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of shown()) {
      const fresh = page.querySelector(`[data-film-part="${part.dataset.filmPart}"]`);
      if (fresh) part.replaceWith(fresh);
    }
  } catch {
    // No network for a moment; the next try will do.
  }
  return wait();
}

function wait() {
  if (busy() && Date.now() - began < PATIENCE) setTimeout(look, 3000);
}

wait();
