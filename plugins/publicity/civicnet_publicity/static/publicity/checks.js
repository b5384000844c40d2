// Live hints in the article's editor: the form as it stands is sent to be checked, and what is found is listed with a way there.
(() => {
  const EVERY = 1500;

  // The script may stand in the page before the form does.
  const start = () => {
    const panel = document.querySelector("[data-publicity-checks]");
    const form = panel?.closest("form");
    if (!form) return;
    const list = panel.querySelector("[data-list]");
    const summary = panel.querySelector("[data-summary]");
    let sent = null;
    let seen = null;
    let asking = false;
    let touched = false;

    // The server reads the same names as when the form is saved; files and comments are none of its business here.
    const written = () => {
      const data = new FormData(form);
      for (const name of [...data.keys()]) {
        if (name.startsWith("comments-") || data.get(name) instanceof File) data.delete(name);
      }
      return data;
    };

    // What was typed is sent once it has stood still from one look to the next, so nobody is asked at every key.
    const look = () => {
      if (document.hidden || asking || !touched) return;
      const data = written();
      const text = new URLSearchParams(data).toString();
      if (text !== seen) {
        seen = text;
        return;
      }
      if (text !== sent) ask(data, text);
    };

    const ask = async (data, text) => {
      asking = true;
      summary.textContent = panel.dataset.waiting;
      try {
        const answer = await fetch(panel.dataset.url, { method: "POST", body: data, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(answer.status);
        show((await answer.json()).findings);
        sent = text;
      } catch {
        summary.textContent = panel.dataset.failed;
      } finally {
        asking = false;
      }
    };

    const show = (findings) => {
      const blockers = findings.filter((one) => one.severity === "BLOCKER").length;
      summary.textContent = findings.length
        ? panel.dataset.count.replace("{count}", findings.length).replace("{blockers}", blockers)
        : panel.dataset.none;
      // Whoever stands on one of these buttons stays there.
      const held = [...list.querySelectorAll("button")].indexOf(document.activeElement);
      list.replaceChildren(...findings.map(item));
      if (held >= 0) (list.querySelectorAll("button")[held] ?? summary).focus();
    };

    const item = (finding) => {
      const line = document.createElement("li");
      line.className = "publicity-finding";
      Object.assign(line.dataset, { severity: finding.severity, field: finding.field, block: finding.block });
      line.append(part("strong", "publicity-severity", finding.label), part("span", "publicity-sentence", finding.sentence));
      if (finding.excerpt) line.append(" ", part("q", "publicity-excerpt", finding.excerpt));
      addJump(line);
      return line;
    };

    const part = (tag, name, text) => {
      const made = document.createElement(tag);
      made.className = name;
      made.textContent = text;
      return made;
    };

    const addJump = (line) => {
      const button = part("button", "", panel.dataset.jump);
      button.type = "button";
      button.setAttribute("aria-label", `${panel.dataset.jump}: ${line.querySelector(".publicity-sentence").textContent}`);
      button.addEventListener("click", () => jump(line.dataset));
      line.append(button);
    };

    const jump = ({ field, block }) => {
      const place =
        (block && document.querySelector(`[data-contentpath="${CSS.escape(block)}"]`)) ||
        document.querySelector(`[data-contentpath="${CSS.escape(field)}"]`) ||
        document.getElementById(`id_${field}`);
      if (!place) return;
      // The field may lie on another tab, or in a part that is folded up.
      const tab = place.closest("[role=tabpanel][hidden]");
      if (tab) document.querySelector(`[role=tab][href="#${CSS.escape(tab.id)}"]`)?.click();
      const folded = place.closest("[data-panel] > [hidden], .w-panel__content[hidden]");
      folded?.parentElement.querySelector("[data-panel-toggle]")?.click();
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      place.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
      const target = place.matches("input, textarea, select")
        ? place
        : place.querySelector("input:not([type=hidden]), textarea:not([hidden]), [contenteditable=true], select, button");
      target?.focus({ preventScroll: true });
    };

    const touch = () => {
      touched = true;
    };
    for (const kind of ["input", "change", "keyup", "paste", "click"]) form.addEventListener(kind, touch);
    list.querySelectorAll("li").forEach(addJump);
    setInterval(look, EVERY);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
