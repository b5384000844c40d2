// Fills the suggestions of every field that asks for an organisation, while its code or name is being typed.
(() => {
  const PAUSE = 200;

  function listen(input) {
    let pending = 0;
    let asked = "";
    const offered = input.list;
    const ask = async () => {
      const words = input.value.trim();
      const chosen = [...offered.children].some((option) => option.value === words);
      if (!words || words === asked || chosen) return;
      asked = words;
      const answer = await fetch(`${input.dataset.organisationSuggestions}&q=${encodeURIComponent(words)}`, {
        headers: { Accept: "application/json" },
      });
      if (!answer.ok || asked !== words) return;
      const { organisations } = await answer.json();
      offered.replaceChildren(
        ...organisations.map(({ code, name, above }) => {
          const option = document.createElement("option");
          option.value = `${code} ${name}`;
          option.label = above ? `${code} ${name}（${above}）` : `${code} ${name}`;
          return option;
        }),
      );
    };
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      clearTimeout(pending);
      pending = setTimeout(ask, PAUSE);
    });
    input.addEventListener("compositionend", () => {
      clearTimeout(pending);
      pending = setTimeout(ask, PAUSE);
    });
  }

  const start = () => document.querySelectorAll("[data-organisation-suggestions]").forEach(listen);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
