// The running total of a form that is being filled in. Without it the form works all the same.
(() => {
  const form = document.querySelector("[data-assess-fill]");
  if (!form) return;
  const line = form.querySelector("[data-assess-total]");
  const output = line.querySelector("output");
  const fields = [...form.querySelectorAll("[data-points]")];

  function tell() {
    const cents = fields.reduce((sum, field) => sum + Math.round((Number(field.value.trim()) || 0) * 100), 0);
    output.value = String(cents / 100);
  }

  line.hidden = false;
  form.addEventListener("input", tell);
  tell();
})();
