// A page that waits for its letter: asks every few seconds whether it was confirmed elsewhere,
// slower with time, not at all while nobody looks, and opens by loading itself again.

const place = document.querySelector("[data-waiting]");
const PATIENCE = 30 * 60 * 1000;
const began = Date.now();

const pause = () => Math.min(3000 + (Date.now() - began) / 30, 15000);

async function ask() {
  if (document.hidden) return document.addEventListener("visibilitychange", ask, { once: true });
  if (Date.now() - began > PATIENCE) return undefined;
  try {
    const answer = await fetch(place.dataset.waiting, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok && (await answer.json()).state !== "waiting") return window.location.reload();
  } catch {
    // No network for a moment; the next try will do.
  }
  return window.setTimeout(ask, pause());
}

if (place) window.setTimeout(ask, 2000);
