// Watches a running import: asks every second how far it has come, and loads the page anew when it is over.
(() => {
  const box = document.querySelector("[data-import-progress]");
  if (!box) return;
  const words = box.querySelector(".cn-progress__words");
  const rate = box.querySelector(".cn-progress__rate");
  const bar = box.querySelector("progress");
  // Words come in the language of this page, whatever the browser prefers.
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  let last = null;

  const show = (now) => {
    if (words.textContent !== now.words) words.textContent = now.words;
    bar.value = now.percent;
    const at = performance.now();
    if (last && now.state === last.state && now.done > last.done) {
      const perSecond = Math.round(((now.done - last.done) * 1000) / (at - last.at));
      rate.textContent = box.dataset.rate.replace("{rate}", perSecond);
      last = { ...now, at };
    } else if (!last || now.state !== last.state) {
      last = { ...now, at };
    }
  };

  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.importProgress, { headers });
      if (answer.ok) {
        const now = await answer.json();
        if (!now.running) {
          location.reload();
          return;
        }
        show(now);
      }
    } catch {
      // The line dropped: the work goes on without us, so the next second may tell more.
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
})();
