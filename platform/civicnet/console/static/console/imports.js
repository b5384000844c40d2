// Watches running imports: asks every second how far they have come, and loads the page anew when one is over.
(() => {
  // Words come in the language of this page, whatever the browser prefers.
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  // Whoever listens is told so seldom that there is time for something else.
  const TOLD_EVERY = 15000;
  const PLACE = "civicnet-imports-place";

  // Loading anew, as every act does, loses the place of whoever works by keyboard: it is taken up again, at what the work has come to.
  function keep() {
    const at = document.activeElement?.closest(".cn-imports a")?.getAttribute("href") ?? "";
    sessionStorage.setItem(PLACE, JSON.stringify({ page: location.pathname, at }));
  }

  function takeUp() {
    const { page, at } = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");
    sessionStorage.removeItem(PLACE);
    if (page !== location.pathname) return;
    const outcome = document.querySelector("[data-outcome]");
    const link = [...document.querySelectorAll(".cn-imports a")].find((one) => at && one.getAttribute("href") === at);
    (outcome ?? link)?.focus();
  }

  function watch(box) {
    const words = box.querySelector(".cn-progress__words");
    const told = box.querySelector("[data-told]");
    const rate = box.querySelector(".cn-progress__rate");
    const bar = box.querySelector("progress");
    let first = null;
    let toldAt = performance.now();

    const show = (now) => {
      if (words.textContent !== now.words) words.textContent = now.words;
      // Without a value the bar says that nobody knows yet.
      if (now.total) bar.value = now.percent;
      else bar.removeAttribute("value");
      const at = performance.now();
      if (told && ((first && now.state !== first.state) || at - toldAt > TOLD_EVERY)) {
        told.textContent = now.words;
        toldAt = at;
      }
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
            keep();
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

  takeUp();
  document.addEventListener("submit", keep);
  document.querySelectorAll("[data-import-progress]").forEach(watch);
})();
