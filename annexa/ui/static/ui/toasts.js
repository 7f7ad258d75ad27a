import { word } from "./words.js";

const LIFE = 6000;
const region = document.getElementById("toasts");

export function toast(text, kind = "info") {
  const shown = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  shown.classList.add(`is-${kind}`);
  shown.querySelector("[data-text]").textContent = text;
  region.append(shown);
  expire(shown);
}

// Good news leaves by itself; bad news waits to be read.
function expire(shown) {
  if (shown.matches(".is-error, .is-warning")) return;
  setTimeout(() => (shown.matches(":hover, :focus-within") ? expire(shown) : shown.remove()), LIFE);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast] [data-dismiss]")?.closest("[data-toast]").remove();
});
// A response with `HX-Trigger: {"toast": {"text": …, "kind": …}}` says something.
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));
document.addEventListener("htmx:sendError", () => toast(word("offline"), "error"));
document.addEventListener("htmx:responseError", () => toast(word("failed"), "error"));
region.querySelectorAll("[data-toast]").forEach(expire);
