// Runs before the first paint, so that a dark page never flashes white.
(() => {
  const chosen = localStorage.getItem("annexa-theme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
})();
