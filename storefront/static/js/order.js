// While an order waits for its payment, ask again every few seconds and show the page when something has changed.
// Without scripts the page renews itself.

const GAPS = [2000, 2000, 3000, 5000, 8000, 15000, 30000];

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = page.querySelector("[data-order-state]");
  return Boolean(shown) && !("orderWaiting" in shown.dataset);
}

async function wait(turn) {
  await new Promise((resolve) => { setTimeout(resolve, GAPS[Math.min(turn, GAPS.length - 1)]); });
  if (await look().catch(() => false)) location.reload();
  else if (turn < 100) wait(turn + 1);
}

if (document.querySelector("[data-order-waiting]")) wait(0);
