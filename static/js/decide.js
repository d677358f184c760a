// The decision bar without a round trip: marks the undecided trades, and asks before approved ones become orders.
"use strict";

(() => {
  const form = document.getElementById("decide");
  const dialog = document.getElementById("send");

  function markRest(mark) {
    form.querySelectorAll("[data-trade]").forEach((row) => {
      if (!row.querySelector("input[type=radio]:checked")) row.querySelector(`input[value=${mark}]`).checked = true;
    });
    form.dispatchEvent(new Event("change"));
  }

  document.addEventListener("click", (event) => {
    const action = event.target.closest("button[name=action]");
    if (!action || dialog.contains(action)) return;
    if (action.value === "send") dialog.showModal();
    else if (action.value.endsWith("_rest")) markRest(action.value.replace("_rest", ""));
    else if (action.value !== "keep") return;
    event.preventDefault();
  });
})();
