// Links marked data-dialog open the page they lead to in a dialog; without this script they lead there.
(() => {
  const HEADERS = { "X-Dialog": "1" };
  const dialog = document.getElementById("cn-dialog");
  if (!dialog || !dialog.showModal) return;
  let opener = null;

  async function show(request) {
    const answer = await request;
    if (answer.type === "opaqueredirect") return leave();
    if (!answer.ok) throw new Error(answer.status);
    dialog.innerHTML = await answer.text();
    if (!dialog.open) dialog.showModal();
    const first = ["[aria-invalid=true]", "[autofocus]", "form :is(input, select):not([type=hidden])"];
    first.map((one) => dialog.querySelector(one)).find(Boolean)?.focus();
  }

  function leave() {
    const back = dialog.querySelector("form")?.dataset.back || location.pathname;
    if (new URL(back, location.href).pathname === location.pathname) location.reload();
    else location.assign(back);
  }

  function failed() {
    dialog.textContent = dialog.dataset.failed;
    if (!dialog.open) dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
      event.preventDefault();
      opener = link;
      show(fetch(link.href, { headers: HEADERS })).catch(failed);
    }
    if (event.target.closest("#cn-dialog [data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    if (button) button.disabled = true;
    show(fetch(form.action, { method: "POST", body: new FormData(form), headers: HEADERS, redirect: "manual" })).catch(failed);
  });
  dialog.addEventListener("close", () => opener?.focus());
})();
