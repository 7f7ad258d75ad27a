// Says on the page that a passkey was not used; the browser itself has shown why.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const line of document.querySelectorAll("[data-passkey-failed]")) line.hidden = false;
});
