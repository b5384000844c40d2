// What the page can do without: remembering the size of the letters, and a button that prints.
(() => {
  "use strict";
  const KEY = "civicnet-size";
  const sizes = document.querySelectorAll('input[name="size"]');

  const remembered = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const remember = (value) => {
    try { localStorage.setItem(KEY, value); } catch { /* private windows may refuse */ }
  };

  for (const input of sizes) {
    input.checked = input.value === (remembered() ?? "normal");
    input.addEventListener("change", () => remember(input.value));
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
