// Says at once which columns are still to be chosen, or were chosen twice; a suggestion that is taken fills its list.
(() => {
  const form = document.querySelector("[data-columns]");
  if (!form) return;
  const lists = [...form.querySelectorAll("select")];
  const words = form.querySelector("[data-lacking]");
  const name = (option) => option.textContent.replace(/ \*$/, "");

  function show() {
    const chosen = lists.map((list) => list.value).filter(Boolean);
    const options = [...lists[0].options].filter((option) => option.value);
    const twice = options.filter((option) => chosen.indexOf(option.value) !== chosen.lastIndexOf(option.value));
    const lacking = options.filter((option) => "needed" in option.dataset && !chosen.includes(option.value));
    const told = [];
    if (twice.length) told.push(`${words.dataset.twice} ${twice.map(name).join(words.dataset.between)}`);
    if (lacking.length) told.push(`${words.dataset.lacking} ${lacking.map(name).join(words.dataset.between)}`);
    words.textContent = told.join(" ") || words.dataset.complete;
    words.classList.toggle("cn-lacking--done", !told.length);
  }

  form.addEventListener("change", ({ target }) => {
    const list = target.closest("td")?.querySelector("select");
    const suggestion = target.closest("td")?.querySelector(".cn-near input");
    if (target === suggestion) list.value = target.checked ? target.value : "";
    else if (suggestion) suggestion.checked = list.value === suggestion.value;
    show();
  });
  if (lists.length) show();
})();
