// Keeps pinned routines readable without a network. With one, every page and file comes from the shop:
// what is kept here is asked only when the network does not answer.

const FILM = "player-film";
const LOOK = "body{margin:0;background:#101715;color:#edf2ef;font:1.125rem/1.5 system-ui,sans-serif}main{max-width:34rem;margin:0 auto;padding:2rem 1.25rem}a{display:inline-block;padding:.6rem 0;color:#7fd3bb}ul{padding-left:1.25rem}";
const SIZED = /-\d+\.(avif|jpg)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  event.respondWith(answer(request, address));
});

async function answer(request, address) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = address.pathname.includes("/gated/") ? await film(request) : await page(request, address);
    if (kept) return kept;
    if (request.mode === "navigate") return away();
    throw error;
  }
}

async function page(request, address) {
  const exact = await caches.match(request, { ignoreVary: true });
  if (exact || !SIZED.test(address.pathname)) return exact;
  return otherSize(address);
}

/** The same picture in the one size that is kept. */
async function otherSize(address) {
  const stem = address.pathname.replace(SIZED, "-");
  for (const name of await caches.keys()) {
    const store = await caches.open(name);
    for (const request of await store.keys()) {
      const path = new URL(request.url).pathname;
      if (path.startsWith(stem) && SIZED.test(path)) return store.match(request);
    }
  }
  return undefined;
}

/** A film, as long as its permission lasts; a player asks for it in pieces. */
async function film(request) {
  const store = await caches.open(FILM);
  const kept = await store.match(request, { ignoreVary: true });
  if (!kept) return undefined;
  if (!(Date.parse(kept.headers.get("X-Until")) > Date.now())) {
    await store.delete(request);
    return undefined;
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!range) return kept;
  const bytes = await kept.blob();
  const first = Number(range[1]);
  const last = Math.min(range[2] ? Number(range[2]) : bytes.size - 1, bytes.size - 1);
  const headers = { "Content-Type": kept.headers.get("Content-Type"), "Content-Range": `bytes ${first}-${last}/${bytes.size}`, "Accept-Ranges": "bytes" };
  return new Response(bytes.slice(first, last + 1), { status: 206, headers });
}

/** The name of a kept routine, from the page that is kept: the shop has written it safe for a page. */
async function titleOf(name, request) {
  const page = await (await (await caches.open(name)).match(request)).text();
  return /<h1[^>]*>([^<]+)<\/h1>/.exec(page)?.[1].trim() ?? "A routine";
}

/** Somewhere else without a network: say so, and lead to what is kept. */
async function away() {
  const links = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("player-pin:")) continue;
    const slug = name.slice("player-pin:".length);
    const [first] = (await (await caches.open(name)).keys()).filter((request) => /\/(play|cramp-now)$/.test(new URL(request.url).pathname));
    if (first) links.push(`<li><a href="${new URL(first.url).pathname}">${await titleOf(name, first)}</a></li>`);
  }
  const kept = links.length ? `<p>These routines are kept on this device:</p><ul>${links.join("")}</ul>` : "<p>No routine is kept on this device.</p>";
  const html = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>No network</title><style>${LOOK}</style><main><h1>There is no network at the moment</h1>${kept}<p><a href="">Try again</a></p></main>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}
