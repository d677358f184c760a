// A toast leaves after 8 seconds; pointer or focus on it stops the clock.
"use strict";

(() => {
  const STAY = 8000;
  const LEAVE = 200;

  function dismiss(toast) {
    toast.classList.add("leaving");
    setTimeout(() => toast.remove(), LEAVE);
  }

  function start(toast) {
    let timer = 0;
    const run = () => { timer = setTimeout(() => dismiss(toast), STAY); };
    const pause = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", pause);
    toast.addEventListener("focusin", pause);
    toast.addEventListener("pointerleave", run);
    toast.addEventListener("focusout", run);
    toast.querySelector("[data-dismiss]").addEventListener("click", () => dismiss(toast));
    run();
  }

  document.querySelectorAll("[data-toast]").forEach(start);
})();
