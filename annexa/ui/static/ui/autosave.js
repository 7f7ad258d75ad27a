import { word } from "./words.js";

// Each field of form[data-autosave] is posted by itself, one after the other, with the form's hidden inputs.
// 2xx: saved; hidden inputs in the answer (a new version) replace the form's. 409: the answer shows both versions.
// 4xx with HTML: the answer explains. Anything else: failed, with a retry; typed text is never touched.
const queues = new WeakMap();
const unsaved = new Set();

const slotOf = (control) => control.closest("[data-field]") ?? control.parentElement;

function say(form, state, retry) {
  const line = form.querySelector("[data-autosave-state]") ?? form.appendChild(makeLine());
  line.className = `ax-saving is-${state}`;
  line.textContent = word({ saving: "saving", saved: "saved", failed: "unsaved" }[state]);
  if (!retry) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn ax-btn ax-btn-sm";
  button.textContent = word("retry");
  button.addEventListener("click", retry);
  line.append(button);
}

function makeLine() {
  const line = document.createElement("p");
  line.dataset.autosaveState = "";
  line.setAttribute("role", "status");
  return line;
}

function bodyOf(form, control) {
  const body = new FormData();
  for (const hidden of form.querySelectorAll("input[type=hidden]")) {
    if (!hidden.closest(".ax-conflict")) body.append(hidden.name, hidden.value);
  }
  for (const value of new FormData(form).getAll(control.name)) body.append(control.name, value);
  body.append("field", control.name);
  return body;
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

function adopt(form, answer) {
  for (const fresh of answer.querySelectorAll("input[type=hidden]")) {
    const known = form.querySelector(`input[type=hidden][name="${CSS.escape(fresh.name)}"]`);
    if (known) known.value = fresh.value;
  }
}

function explain(control, answer) {
  clear(control);
  const box = document.createElement("div");
  box.dataset.autosaveAnswer = "";
  box.append(...answer.childNodes);
  slotOf(control).append(box);
}

function clear(control) {
  slotOf(control).querySelector("[data-autosave-answer]")?.remove();
}

async function save(form, control) {
  say(form, "saving");
  try {
    const answer = await fetch(form.getAttribute("action") || location.href, {
      method: "POST",
      body: bodyOf(form, control),
      headers: { "HX-Request": "true" },
    });
    if (answer.status >= 500 || answer.redirected) throw new Error(answer.statusText);
    const html = parse(await answer.text());
    if (!answer.ok) {
      explain(control, html);
      return say(form, "failed");
    }
    adopt(form, html);
    clear(control);
    unsaved.delete(control);
    say(form, unsaved.size ? "saving" : "saved");
  } catch {
    say(form, "failed", () => enqueue(form, control));
  }
}

function enqueue(form, control) {
  unsaved.add(control);
  queues.set(form, (queues.get(form) ?? Promise.resolve()).then(() => save(form, control)));
}

// Taking one side of a conflict continues from the version the other side has.
function settle(button) {
  const box = button.closest("[data-autosave-answer]");
  const form = box.closest("form");
  const control = box.closest("[data-field]").querySelector("[name]:not([type=hidden])");
  if (button.dataset.keep === "theirs") control.value = box.querySelector("[data-theirs]").dataset.theirs;
  const version = parse(box.innerHTML);
  box.remove();
  adopt(form, version);
  enqueue(form, control);
  control.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.form?.matches("[data-autosave]")) unsaved.add(event.target);
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosave]") && event.target.name) enqueue(form, event.target);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (button) settle(button);
});
addEventListener("beforeunload", (event) => {
  if ([...unsaved].some((control) => control.isConnected)) event.preventDefault();
});
