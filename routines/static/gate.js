// An open video whose address has run out asks the gate for a new one and goes on where it was.

for (const video of document.querySelectorAll("video[data-gated]")) {
  let renewed = 0;

  async function renew() {
    if (Date.now() - renewed < 5000) return; // a second failure is no matter of time
    renewed = Date.now();
    const answer = await fetch(video.dataset.grants, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ video: video.dataset.gated }),
    });
    if (answer.status === 403) return window.location.reload();
    if (!answer.ok) return;
    const grant = await answer.json();
    const at = video.currentTime;
    video.querySelector("track").src = grant.captions_url;
    video.querySelector("source").src = grant.url;
    video.load();
    video.currentTime = at;
    await video.play().catch(() => {});
  }

  video.querySelector("source").addEventListener("error", renew);
  video.addEventListener("error", renew);
}
