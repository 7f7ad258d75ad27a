// Translated words come with the page; scripts hold none.
const source = document.querySelector("meta[name=annexa-words]");

export const word = (name) => source?.dataset[name] ?? "";
