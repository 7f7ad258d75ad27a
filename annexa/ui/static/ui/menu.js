// The navigation on a narrow screen: it covers the page, which is inert meanwhile.
const side = document.getElementById("side");
const body = document.getElementById("body");

function toggle(open) {
  const opener = document.querySelector("[data-menu=open]");
  side.classList.toggle("is-open", open);
  body.inert = open;
  opener?.setAttribute("aria-expanded", String(open));
  (open ? side.querySelector("[data-menu=close]") : opener)?.focus();
}

const isOpen = () => side.classList.contains("is-open");

if (side && body) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-menu=open]")) toggle(true);
    else if (event.target.closest("[data-menu=close]")) toggle(false);
    else if (isOpen() && !side.contains(event.target)) toggle(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) toggle(false);
  });
  matchMedia("(min-width: 901px)").addEventListener("change", (event) => {
    if (event.matches && isOpen()) toggle(false);
  });
}
