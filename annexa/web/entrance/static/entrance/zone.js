// Proposes the browser's own time zone; the person may choose another.
const field = document.querySelector("[data-local-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (field?.value === "UTC" && [...field.options].some((option) => option.value === zone)) field.value = zone;
