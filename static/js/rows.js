// [data-adds="name"] adds a line to [data-lines="name"] from its template; [data-sum="name"] tells what its weights add up to.
"use strict";

(() => {
  function add(name) {
    const lines = document.querySelector(`[data-lines="${name}"]`);
    const total = document.getElementById(`id_${name}-TOTAL_FORMS`);
    const blank = lines.querySelector("template").content.cloneNode(true);
    for (const node of blank.querySelectorAll("*")) {
      for (const { name: key, value } of [...node.attributes]) {
        if (value.includes("__prefix__")) node.setAttribute(key, value.replaceAll("__prefix__", total.value));
      }
    }
    const first = blank.querySelector("input, select");
    lines.append(blank);
    total.value = Number(total.value) + 1;
    first.focus();
  }

  function number(input) {
    return Number(input.value.replace(/[%\s]/g, "")) || 0;
  }

  function say(output) {
    const weights = document.querySelectorAll(`[data-lines="${output.dataset.sum}"] input[name$="-weight"]`);
    const plus = document.getElementById(output.dataset.plus);
    const sum = [...weights, plus].reduce((total, input) => total + number(input), 0);
    output.textContent = `With cash they add up to ${sum.toFixed(2).replace(/0$/, "")}%`;
  }

  document.querySelectorAll("[data-adds]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => add(button.dataset.adds));
  });

  document.querySelectorAll("[data-sum]").forEach((output) => {
    say(output);
    document.addEventListener("input", () => say(output));
  });
})();
