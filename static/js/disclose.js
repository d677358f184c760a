// [data-opens="id"] shows and hides the table row of that id.
"use strict";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (!opener) return;
  const isOpen = document.getElementById(opener.dataset.opens).classList.toggle("is-open");
  opener.setAttribute("aria-expanded", String(isOpen));
});
