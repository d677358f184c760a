// Draws each [data-plotly] from its json_script. Token names ("@accent", "@band/0.5") become computed colours.
"use strict";

(() => {
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };
  const NARROW = 520;

  function colour(name) {
    const [token, alpha] = name.slice(1).split("/");
    const value = getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();
    if (!alpha) return value;
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(value.slice(at, at + 2), 16));
    return `rgba(${r}, ${g}, ${b}, ${alpha})`;
  }

  function painted(node) {
    if (typeof node === "string") return node.startsWith("@") ? colour(node) : node;
    if (Array.isArray(node)) return node.map(painted);
    if (node && typeof node === "object") {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, painted(value)]));
    }
    return node;
  }

  // On a narrow screen the labels at line ends give way to the key below the chart.
  function narrowed(layout) {
    const narrow = layout.meta?.narrow || {};
    const parts = Object.entries(narrow).map(([part, values]) => [part, { ...layout[part], ...values }]);
    const annotations = (layout.annotations || []).filter((note) => note.name !== "line-end");
    return { ...layout, ...Object.fromEntries(parts), annotations };
  }

  function draw(target) {
    const figure = painted(JSON.parse(document.getElementById(target.dataset.plotly).textContent));
    const layout = target.clientWidth < NARROW ? narrowed(figure.layout) : figure.layout;
    layout.font = { ...layout.font, family: getComputedStyle(document.body).fontFamily };
    target.querySelector(":scope > svg")?.remove();
    return Plotly.react(target, figure.data, layout, CONFIG);
  }

  function drawAll(root) {
    root.querySelectorAll("[data-plotly]").forEach(draw);
  }

  function redrawWhen(query) {
    matchMedia(query).addEventListener("change", () => drawAll(document));
  }

  drawAll(document);
  redrawWhen("(prefers-color-scheme: dark)");
  redrawWhen("print");
  redrawWhen(`(max-width: ${NARROW + 40}px)`);
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
})();
