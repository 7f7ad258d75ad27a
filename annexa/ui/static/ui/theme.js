import { word } from "./words.js";

const KEY = "annexa-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const chosen = () => localStorage.getItem(KEY) ?? "auto";

function isDark() {
  return chosen() === "dark" || (chosen() === "auto" && system.matches);
}

function apply() {
  const dark = isDark();
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-label", word(dark ? "toLight" : "toDark"));
  }
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen()));
  }
}

function choose(theme) {
  localStorage.setItem(KEY, theme);
  apply();
}

document.addEventListener("click", (event) => {
  const set = event.target.closest("[data-theme-set]");
  if (set) choose(set.dataset.themeSet);
  else if (event.target.closest("[data-theme-toggle]")) choose(isDark() ? "light" : "dark");
});
system.addEventListener("change", apply);
addEventListener("storage", (event) => event.key === KEY && apply());
apply();
