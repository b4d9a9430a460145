// An open video whose address has run out asks the gate for a new one and goes on at the second where it was.

const WAIT = 5000; // a second failure is no matter of time
const PATIENCE = 2000; // how long a film may wait before somebody looks why
const HAS_FUTURE = HTMLMediaElement.HAVE_FUTURE_DATA;
const GRANT = /\/gated\/[^/]+\//;

for (const video of document.querySelectorAll("video[data-gated]")) {
  const sources = [...video.querySelectorAll("source")];
  const parts = [...sources, ...video.querySelectorAll("track")];
  let renewed = 0;
  let until = Date.parse(video.dataset.expires ?? "") || Infinity;
  let at = 0;
  let wasPlaying = false;

  async function renew() {
    if (Date.now() - renewed < WAIT) return;
    renewed = Date.now();
    const answer = await fetch(video.dataset.grants, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ video: video.dataset.gated }),
    }).catch(() => null);
    if (answer?.status === 403) return window.location.reload();
    if (!answer?.ok) return;
    const grant = await answer.json();
    if (!isSameFilm(grant)) return window.location.reload();
    until = Date.parse(grant.expires_at) || Infinity;
    goOn(GRANT.exec(grant.url)[0]);
  }

  /** A film that was replaced since has other names: its page knows them. */
  function isSameFilm(grant) {
    const names = sources.map((source) => source.getAttribute("src").replace(GRANT, ""));
    return names.includes(grant.url.replace(GRANT, ""));
  }

  function goOn(grant) {
    for (const part of parts) part.setAttribute("src", part.getAttribute("src").replace(GRANT, grant));
    const modes = [...video.textTracks].map((track) => track.mode);
    video.load();
    video.currentTime = at;
    modes.forEach((mode, index) => {
      if (video.textTracks[index]) video.textTracks[index].mode = mode;
    });
    if (wasPlaying) video.play().catch(() => {});
  }

  video.addEventListener("timeupdate", () => {
    if (!video.error && video.currentTime) at = video.currentTime;
  });
  video.addEventListener("seeking", () => {
    if (!video.error) at = video.currentTime;
  });
  video.addEventListener("playing", () => (wasPlaying = true));
  video.addEventListener("pause", () => {
    if (!video.error) wasPlaying = false;
  });
  // A player of HLS tells of no refused segment: it waits. So somebody looks whether the address still opens.
  let look = 0;
  function waits() {
    clearTimeout(look);
    look = setTimeout(async () => {
      if (video.readyState >= HAS_FUTURE || (video.paused && !video.seeking)) return;
      const answer = await fetch(video.currentSrc, { method: "HEAD", redirect: "manual" }).catch(() => null);
      if (answer?.status === 401 || answer?.status === 403) await renew();
      else if (video.readyState < HAS_FUTURE) waits();
    }, PATIENCE);
  }
  for (const name of ["waiting", "stalled", "seeking"]) video.addEventListener(name, waits);

  video.addEventListener("play", () => {
    wasPlaying = true;
    if (Date.now() >= until) renew();
  });
  sources.at(-1).addEventListener("error", renew); // the earlier ones have another behind them
  video.addEventListener("error", renew);
}
