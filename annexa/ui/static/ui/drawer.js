// A row opens beside its table and keeps its own address; closing goes back to the address before.
let opener = null;
let before = null;

const drawer = () => document.getElementById("drawer");
const isOpen = () => Boolean(drawer()?.firstElementChild);

function close() {
  const address = drawer().querySelector("[data-drawer-close]")?.getAttribute("href");
  drawer().replaceChildren();
  mark(null);
  history.pushState({ htmx: true }, "", before ?? address ?? location.href); // htmx reloads on the way back
  document.querySelector(`[href="${CSS.escape(opener ?? "")}"]`)?.focus();
  before = null;
}

function mark(link) {
  document.querySelectorAll("[data-row].is-sel").forEach((row) => row.classList.remove("is-sel"));
  link?.closest("[data-row]")?.classList.add("is-sel");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id !== "drawer" || isOpen()) return;
  before = location.href;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "drawer" || !isOpen()) return;
  opener = event.detail.pathInfo.requestPath;
  mark(document.querySelector(`[data-row] [href="${CSS.escape(opener)}"]`));
  drawer().focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-drawer-close]") || event.ctrlKey || event.metaKey || before === null) return;
  event.preventDefault();
  close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !isOpen()) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  if (before === null) drawer().querySelector("[data-drawer-close]")?.click();
  else close();
});
