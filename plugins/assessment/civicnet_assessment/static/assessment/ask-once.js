// While an item is written: what it asks for and who holds that already stands beside it. Without this, it does so after sending.
(() => {
  "use strict";
  const form = document.querySelector("[data-held-url]");
  if (!form) return;

  const organisation = form.querySelector("[name=organisation]");
  const field = (item, name) => item.querySelector(`[name$="-${name}"]`);

  const arrange = (item) => {
    const why = item.querySelector("[data-why]");
    const asked = item.querySelector("[data-stands]") || field(item, "kept_reason").value || why.querySelector(".errorlist");
    why.hidden = !asked;
    for (const button of item.querySelectorAll("[data-drop], [data-pick]")) button.hidden = false;
  };

  const wait = new WeakMap();
  const look = (item, delay) => {
    const before = wait.get(item);
    if (before) { clearTimeout(before.timer); before.stop.abort(); }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      const place = item.querySelector("[data-held]");
      const asked = { label: field(item, "label").value.trim(), element: field(item, "element").value };
      if (!asked.label && !asked.element) { place.replaceChildren(); arrange(item); return; }
      const query = new URLSearchParams({ ...asked, organisation: organisation ? organisation.value : "" });
      try {
        const answer = await fetch(`${form.dataset.heldUrl}?${query}`, { signal: stop.signal, credentials: "same-origin" });
        if (!answer.ok) return;
        place.innerHTML = await answer.text();
        arrange(item);
      } catch (error) {
        // What is held is looked up once more when the form is sent.
        if (error.name !== "AbortError") place.replaceChildren();
      }
    }, delay);
    wait.set(item, { timer, stop });
  };

  const items = [...form.querySelectorAll("fieldset.assess-item")];
  for (const item of items) {
    arrange(item);
    field(item, "label").addEventListener("input", () => look(item, 400));
    field(item, "element").addEventListener("change", () => look(item, 0));
    item.addEventListener("click", (event) => {
      const drop = event.target.closest("[data-drop]");
      const pick = event.target.closest("[data-pick]");
      if (pick) {
        field(item, "element").value = pick.dataset.pick;
        look(item, 0);
      }
      if (drop) {
        for (const name of ["label", "most", "element", "kept_reason"]) field(item, name).value = "";
        look(item, 0);
        field(item, "label").focus();
      }
    });
  }
  if (organisation) {
    organisation.addEventListener("change", () => {
      for (const item of items) if (field(item, "label").value || field(item, "element").value) look(item, 0);
    });
  }
})();
