// Choosing an industry ticks what such organisations usually protect, until the person has ticked something.
const form = document.querySelector("[data-start]");
let touched = Boolean(form.querySelector("[name=protects]:checked"));

form.addEventListener("change", ({ target }) => {
  if (target.name === "protects") touched = true;
  if (target.name !== "profile" || touched) return;
  const usual = new Set(target.dataset.preselect.split(" "));
  for (const box of form.querySelectorAll("[name=protects]")) box.checked = usual.has(box.value);
});
