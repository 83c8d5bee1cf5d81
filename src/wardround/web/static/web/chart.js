// Draws the control charts of a page from their Vega-Lite specifications; nothing is fetched or evaluated.
(() => {
  "use strict";
  const SETTINGS = {
    mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, tooltip: false,
    ast: true, expr: window.vega.expressionInterpreter,
  };

  // What a reader hears of a point is also shown to the hand that rests on it.
  function hint(holder) {
    holder.querySelectorAll("path[aria-label]").forEach((point) => {
      const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
      title.textContent = point.getAttribute("aria-label");
      point.append(title);
    });
  }

  function draw(holder) {
    const place = document.createElement("div");
    holder.replaceChildren(place);
    window.vegaEmbed(place, JSON.parse(holder.dataset.spec), SETTINGS).then(() => hint(holder));
  }

  document.querySelectorAll("[data-spec]").forEach(draw);
})();
