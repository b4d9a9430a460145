// The buttons that keep a routine on this device, and that forget everything again.
import * as memory from "./memory.js";
import { one, press, text } from "./view.js";

// Most visits never need it, so its address comes with the page and it is fetched on the first wish.
const load = (data) => import(data.offline.module);
const mayKeep = "serviceWorker" in navigator && "caches" in window;

/** Keep this routine, or release it. */
export async function toggleKept(data) {
  const offline = await load(data);
  const wants = !offline.isKept(data.slug);
  text("[data-offline-note]", wants ? "One moment: the routine is being kept." : "");
  try {
    await (wants ? offline.keep(data) : offline.release(data.slug));
    text("[data-offline-note]", wants ? "Kept. It opens here without a network too." : "It is no longer kept on this device.");
  } catch {
    text("[data-offline-note]", "That did not work. Try again with a network.");
  }
  press("keep", offline.isKept(data.slug));
}

/** Forget places, choices, sessions and kept routines. */
export async function forgetAll(data) {
  memory.forget();
  const offline = await load(data);
  if (offline.canKeep) await offline.releaseAll();
  press("keep", false);
  text("[data-kept-note]", "Nothing of the player is kept on this device any more.");
}

/** When the page opens: say whether it is kept, and bring what is kept up to date. */
export async function lookAtKept(data) {
  if (!mayKeep) one("[data-keep]")?.remove();
  const pins = memory.read("pins");
  press("keep", Boolean(pins && data.slug in pins));
  if (!pins || !mayKeep) return;
  const offline = await load(data);
  if (offline.canKeep) await offline.refresh(data).catch(() => {});
}
