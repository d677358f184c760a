// Keeps the counts and sums of the decision bar in step with the radio inputs of the trades.
"use strict";

(() => {
  const form = document.querySelector("[data-decisions]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-trade]")];
  const language = document.documentElement.lang;

  function money(value, decimals, signed) {
    const text = new Intl.NumberFormat(language, {
      style: "currency",
      currency: form.dataset.currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: signed ? "exceptZero" : "negative",
    }).format(value);
    return text.replace("-", "\u2212");
  }

  function decisionOf(row) {
    return row.querySelector("input[type=radio]:checked")?.value || "undecided";
  }

  function sum(approved, name) {
    return approved.reduce((total, row) => total + Number(row.dataset[name]), 0);
  }

  function show(selector, text) {
    document.querySelectorAll(selector).forEach((node) => { node.textContent = text; });
  }

  function update() {
    const counts = { approve: 0, reject: 0, undecided: 0 };
    rows.forEach((row) => { counts[decisionOf(row)] += 1; });
    const approved = rows.filter((row) => decisionOf(row) === "approve");
    Object.entries(counts).forEach(([name, count]) => show(`[data-count="${name}"]`, String(count)));
    show('[data-sum="tax"]', money(sum(approved, "tax"), 0, true));
    show('[data-sum="cost"]', money(sum(approved, "cost"), 2, false));
    document.querySelectorAll("[data-needs]").forEach((button) => {
      button.disabled = counts[button.dataset.needs] === 0;
    });
  }

  form.addEventListener("change", (event) => {
    update();
    if (event.target.type === "radio") show("[data-stale-on-change]", "after saving");
  });
  update();
})();
