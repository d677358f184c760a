// [data-dialog="id"] opens a dialog instead of submitting at once; [data-close] in it closes it.
"use strict";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const closer = event.target.closest("[data-close]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog).showModal();
  }
  if (closer) closer.closest("dialog").close();
});
