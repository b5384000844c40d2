// Watches running imports: asks every second how far they have come, and loads the page anew when one is over.
(() => {
  // Words come in the language of this page, whatever the browser prefers.
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };

  function watch(box) {
    const words = box.querySelector(".cn-progress__words");
    const rate = box.querySelector(".cn-progress__rate");
    const bar = box.querySelector("progress");
    let first = null;

    const show = (now) => {
      if (words.textContent !== now.words) words.textContent = now.words;
      // Without a value the bar says that nobody knows yet.
      if (now.total) bar.value = now.percent;
      else bar.removeAttribute("value");
      const at = performance.now();
      if (!first || now.state !== first.state) first = { state: now.state, done: now.done, at };
      else if (rate && now.done > first.done) {
        const perSecond = Math.round(((now.done - first.done) * 1000) / (at - first.at));
        rate.textContent = box.dataset.rate.replace("{rate}", perSecond.toLocaleString());
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
  }

  document.querySelectorAll("[data-import-progress]").forEach(watch);
})();
