// Keep a routine on this device: its pages, words, pictures and scripts, for days without a network.
// A film is kept only as long as the permission to see it lasts.
import * as memory from "./memory.js";

export const canKeep = "serviceWorker" in navigator && "caches" in window && isSecureContext;
const FILM = "player-film";
const name = (slug) => `player-pin:${slug}`;
const pins = () => memory.read("pins") ?? {};

export function isKept(slug) {
  return slug in pins();
}

/** One size of each picture is enough: the service worker gives it for every other. */
function pictureOf(image) {
  const avif = image.closest("picture")?.querySelector('source[type="image/avif"]')?.srcset;
  const sizes = (avif || image.getAttribute("srcset") || "").split(",").map((part) => part.trim().split(" ")[0]).filter(Boolean);
  return sizes.find((address) => address.includes("-960.")) ?? sizes.at(-1) ?? image.getAttribute("src");
}

function resourcesOf(html, base) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const linked = [...page.querySelectorAll('link[rel="stylesheet"], link[rel="preload"], link[rel="icon"], link[rel="modulepreload"]')].map((link) => link.getAttribute("href"));
  const scripts = [...page.querySelectorAll("script[src]")].map((script) => script.getAttribute("src"));
  const drawn = [...page.querySelectorAll("img")].map(pictureOf);
  return [...linked, ...scripts, ...drawn].filter(Boolean).map((address) => new URL(address, base).href);
}

async function fetched(address, options) {
  const answer = await fetch(address, { cache: "reload", ...options });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer;
}

/** Keep a routine, or bring what is kept up to date; drop what it no longer needs. */
export async function keep(data) {
  const { offline, film, slug } = data;
  await navigator.serviceWorker.register(offline.script, { scope: offline.scope, updateViaCache: "none" });
  const kept = await caches.open(name(slug));
  const wanted = new Set(offline.files.map((file) => new URL(file, location.href).href));
  for (const page of offline.pages) {
    // As a stranger sees it, so that nothing personal lies here; with a film, as its viewer sees it.
    const answer = await fetched(page, { credentials: film ? "same-origin" : "omit" });
    for (const address of resourcesOf(await answer.clone().text(), answer.url)) wanted.add(address);
    await kept.put(page, answer);
  }
  await Promise.all([...wanted].map(async (address) => kept.put(address, await fetched(address, { credentials: "omit" }))));
  const pages = offline.pages.map((page) => new URL(page, location.href).href);
  for (const request of await kept.keys()) if (!wanted.has(request.url) && !pages.includes(request.url)) await kept.delete(request);
  await keepFilm(film);
  memory.write("pins", { ...pins(), [slug]: { version: offline.version, film: Boolean(film) } });
}

async function keepFilm(film) {
  const store = await caches.open(FILM);
  await clearFilms(store);
  if (!film || Date.parse(film.expires_at) <= Date.now()) return;
  for (const address of [film.url, film.captions_url].filter(Boolean)) {
    const answer = await fetched(address);
    const headers = { "Content-Type": answer.headers.get("Content-Type"), "X-Until": film.expires_at };
    await store.put(address, new Response(await answer.blob(), { headers }));
  }
}

/** Throw away films whose permission has ended; all of them when nobody may see one now. */
async function clearFilms(store, all = false) {
  for (const request of await store.keys()) {
    const until = Date.parse((await store.match(request)).headers.get("X-Until"));
    if (all || !(until > Date.now())) await store.delete(request);
  }
}

export async function release(slug) {
  await caches.delete(name(slug));
  const others = pins();
  delete others[slug];
  memory.write("pins", Object.keys(others).length ? others : null);
  if (!Object.keys(others).length) await releaseAll();
}

/** Leave nothing behind: no page, no film, no service worker. */
export async function releaseAll() {
  for (const each of await caches.keys()) if (each.startsWith("player-")) await caches.delete(each);
  for (const one of await navigator.serviceWorker.getRegistrations()) {
    const script = (one.active ?? one.waiting ?? one.installing)?.scriptURL ?? "";
    if (script.endsWith("/routines-sw.js")) await one.unregister();
  }
}

/** On a visit with a network: renew what has changed, and take away films that are closed by now. */
export async function refresh(data) {
  if (!navigator.onLine) return;
  const pin = data.offline && pins()[data.slug];
  await clearFilms(await caches.open(FILM), !data.film);
  if (pin && (pin.version !== data.offline.version || pin.film !== Boolean(data.film))) await keep(data);
}
