// htmx and Tabler put HTML into pages that the server has escaped. Text never becomes a script or a script's address:
// there is no rule for those, so the browser refuses.
window.trustedTypes?.createPolicy("default", { createHTML: (html) => html });
