// The place for a file shows which one it holds, and says at once when it is too large. Without this script it is a plain field.
(() => {
  const place = document.querySelector("[data-drop]");
  const input = place?.querySelector("input[type=file]");
  if (!input) return;
  const words = document.createElement("span");
  words.className = "cn-drop__words";
  words.setAttribute("aria-live", "polite");
  place.classList.add("cn-drop--live");
  input.parentElement.classList.add("cn-drop__field");
  input.after(words);

  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
  const show = () => {
    const file = input.files[0];
    // Texts are read as they come, and may be longer.
    const long = file && /\.(csv|tsv|txt|zip)$/i.test(file.name);
    const most = long ? place.dataset.mostOfText : place.dataset.most;
    const refusal = long ? place.dataset.textTooLarge : place.dataset.tooLarge;
    const tooLarge = file && file.size > most * 1024 * 1024;
    input.setCustomValidity(tooLarge ? refusal : "");
    place.classList.toggle("cn-drop--held", Boolean(file));
    place.classList.toggle("cn-drop--wrong", Boolean(tooLarge));
    words.textContent = tooLarge ? refusal : file ? `${file.name} · ${size(file.size)}` : place.dataset.drop;
  };
  for (const [name, over] of [["dragenter", true], ["dragleave", false], ["drop", false]])
    input.addEventListener(name, () => place.classList.toggle("cn-drop--over", over));
  input.addEventListener("change", show);
  input.form.addEventListener("submit", () => {
    const button = input.form.querySelector("button[type=submit]");
    button.textContent = input.form.dataset.uploading;
    // Sent twice, the second would be refused as a repetition.
    setTimeout(() => (button.disabled = true));
  });
  // Coming back by the browser's button, the page may be as it was left.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  show();
})();
