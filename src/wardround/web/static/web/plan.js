/* Going through a plan: the sentence and its item light and scroll together, keys act on the item in focus, and on a
   phone one side shows at a time. Without it both sides stand below one another and every act is a button. */
(() => {
  "use strict";

  const plan = document.querySelector("[data-draft-plan]");
  if (!plan) return;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const narrow = () => window.innerWidth < 1024;

  function show(side) {
    plan.dataset.shows = side;
    for (const b of all("[data-side]")) b.setAttribute("aria-pressed", String(b.dataset.side === side));
  }

  /* within its own column only: the page stays where it is */
  function bring(element) {
    const box = element.closest(".document");
    if (!box || box.scrollHeight <= box.clientHeight) { element.scrollIntoView({ block: "nearest" }); return; }
    const [outer, inner] = [box.getBoundingClientRect(), element.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - box.clientHeight / 3;
  }

  function pick(key, from) {
    for (const e of all(".picked")) e.classList.remove("picked");
    const found = all(`[data-item-key="${CSS.escape(key)}"]`, plan);
    for (const e of found) e.classList.add("picked");
    const twin = found.find((e) => from === "source" ? !("mark" in e.dataset) : "mark" in e.dataset);
    if (twin && !narrow()) bring(twin);
    return twin;
  }

  plan.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-mark]");
    const item = event.target.closest("[data-draft-items] > li, .draft-gaps > li");
    if (mark) {
      show("items");
      const twin = pick(mark.dataset.itemKey, "source");
      if (twin) { event.preventDefault(); twin.tabIndex = -1; twin.focus({ preventScroll: true }); twin.scrollIntoView({ block: "nearest" }); }
    } else if (item) pick(item.dataset.itemKey, "items");
  });
  plan.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-draft-items] > li, .draft-gaps > li");
    if (item && !item.classList.contains("picked")) pick(item.dataset.itemKey, "items");
  });
  document.addEventListener("click", (event) => {
    const side = event.target.closest("[data-side]");
    if (side) show(side.dataset.side);
  });

  const off = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && event.target.matches("[data-enter-sends]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") { document.activeElement?.closest("[data-draft-items] > li")?.querySelector('[data-does="escape"]')?.click(); return; }
    if (event.target.closest("input, select, textarea") || off()) return;
    const items = all("[data-draft-items] > li");
    const here = document.activeElement?.closest("[data-draft-items] > li");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const source = event.target.closest(".document");
      if (!items.length || source) return;
      const at = here ? items.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1) : 0;
      items[Math.min(Math.max(at, 0), items.length - 1)].focus();
      event.preventDefault();
    } else {
      /* before anything has the focus, the item that is lit is the one */
      const lit = document.activeElement === document.body ? plan.querySelector("[data-draft-items] > li.picked") : null;
      const act = (here ?? lit)?.querySelector(`[data-does="${CSS.escape(event.key.toLowerCase())}"]`);
      if (act) { act.click(); event.preventDefault(); event.stopPropagation(); }
    }
  });

  /* a refusal is a page too: its words are shown where the answer would be */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });

  /* after an act: marks as the items now are, and the focus on what comes next */
  function settle() {
    const inner = document.getElementById("draft-inner");
    const numbers = (name) => new Set((inner?.dataset[name] ?? "").split(" "));
    const [accepted, dropped] = [numbers("accepted"), numbers("dropped")];
    for (const mark of all("[data-mark]")) {
      mark.classList.toggle("is-accepted", accepted.has(mark.dataset.itemKey));
      mark.classList.toggle("is-dropped", dropped.has(mark.dataset.itemKey));
    }
    if (!inner?.querySelector("[data-focus]")) all("[data-draft-items] > li:not([class*='is-'])")[0]?.focus();
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "draft") return;
    const { responseURL, status } = event.detail.xhr ?? {};
    if (responseURL && status === 200) history.replaceState(null, "", responseURL);
    settle();
  });
  const key = document.activeElement?.closest?.("[data-item-key]")?.dataset.itemKey
    ?? (location.hash.startsWith("#i") ? location.hash.slice(2) : all("[data-draft-items] > li:not([class*='is-'])")[0]?.dataset.itemKey);
  if (key) pick(key, "items");
})();
