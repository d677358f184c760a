// [data-opens="id"] shows and hides the table row of that id; [data-filter="id"] hides rows without the typed words.
"use strict";

(() => {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    const isOpen = document.getElementById(opener.dataset.opens).classList.toggle("is-open");
    opener.setAttribute("aria-expanded", String(isOpen));
  });

  function filter(input) {
    const words = input.value.trim().toLowerCase();
    document.querySelectorAll(`#${input.dataset.filter} [data-words]`).forEach((row) => {
      row.hidden = !row.dataset.words.toLowerCase().includes(words);
    });
  }

  document.querySelectorAll("[data-filter]").forEach((input) => {
    input.addEventListener("input", () => filter(input));
  });
})();
