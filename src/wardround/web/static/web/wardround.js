/* What the pages gain from script. Without it every page still works: fields all show, clocks print their deadline,
   filters have a button, figures open their own page. No evaluation of strings, no inline styles: a strict CSP holds. */
(() => {
  "use strict";

  const root = document.documentElement;
  const zh = root.lang.startsWith("zh");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  root.classList.add("js");

  /* clocks: the server's time decides, this machine only counts on from it */
  const loaded = performance.now();
  const serverStart = Date.parse(document.body.dataset.now || "") || Date.now();
  const now = () => serverStart + performance.now() - loaded;
  const units = zh
    ? [[86400, "天", "天"], [3600, "时", "小时"], [60, "分", "分"], [1, "秒", "秒"]]
    : [[86400, "d", "d"], [3600, "h", "h"], [60, "min", "min"], [1, "s", "s"]];

  function parts(seconds) {
    const at = units.findIndex(([size]) => seconds >= size || size === 1);
    const [size, joined, alone] = units[at];
    const count = Math.floor(seconds / size);
    const below = units[at + 1];
    const rest = below ? Math.floor((seconds % size) / below[0]) : 0;
    return rest ? [[count, joined], [rest, size === 86400 ? below[2] : below[1]]] : [[count, alone]];
  }

  function face(holder, left) {
    const passed = left < 0;
    const small = (words, className = "") => Object.assign(document.createElement("small"), { textContent: words, className });
    const nodes = [];
    if (zh) nodes.push(passed ? small("超", "passed") : small("余", "left"), " ");
    for (const [count, unit] of parts(Math.abs(left))) {
      nodes.push(Object.assign(document.createElement("b"), { textContent: count }), " ", small(unit), " ");
    }
    if (passed && !zh) nodes.push(small("late"));
    holder.replaceChildren(...nodes);
  }

  function tick() {
    if (!navigator.onLine) return;
    for (const clock of all("[data-clock]")) {
      const deadline = Date.parse(clock.dataset.deadline);
      const limit = Number(clock.dataset.limit);
      const left = Math.round((deadline - now()) / 1000);
      const state = left < 0 ? "overdue" : left * 4 < limit ? "near" : "running";
      face(clock.querySelector("[data-clock-digits]"), left);
      const bar = clock.querySelector("progress");
      if (bar) bar.value = Math.min(Math.max(limit - left, 0), limit);
      if (!clock.classList.contains(`is-${state}`)) {
        clock.classList.remove("is-running", "is-near", "is-overdue");
        clock.classList.add(`is-${state}`);
        for (const use of all(".icon use", clock)) use.setAttribute("href", `#i-${state}`);
        for (const icon of all(".icon", clock)) icon.className = `icon is-${state}`;
      }
      const mark = left < 0 ? "passed" : left * 4 < limit ? "quarter" : left * 2 < limit ? "half" : "";
      if (mark && mark !== clock.dataset.said) {
        if (clock.dataset.said !== undefined) {
          clock.querySelector("[data-clock-status]").textContent = clock.querySelector("[data-clock-digits]").textContent;
        }
      }
      clock.dataset.said = mark;
    }
  }

  /* the line is lost: say so, and do not pretend that times still move */
  const offline = document.querySelector("[data-offline]");
  let lostAt = 0;
  function tellOffline() {
    const lost = !navigator.onLine;
    document.body.classList.toggle("is-frozen", lost);
    if (!offline) return;
    lostAt = lost ? lostAt || performance.now() : 0;
    offline.hidden = !lost;
    if (lost) {
      const gone = parts(Math.floor((performance.now() - lostAt) / 1000)).map((p) => p.join(" ")).join(" ");
      offline.textContent = fill(offline.dataset.words, { n: gone });
    }
  }

  /* fields that show only when others hold certain values: {"field": "t", "above": 8},
     {"field": "passed", "below": {"field": "checked"}}, {"any": [...]}, {"all": [...]} */
  function valueOf(form, name) {
    const found = all(`[name="${CSS.escape(name)}"]`, form);
    const boxes = found.filter((e) => e.type === "radio" || e.type === "checkbox");
    return boxes.length ? boxes.filter((e) => e.checked).map((e) => e.value) : found.map((e) => e.value).filter(Boolean);
  }

  function holds(rule, form) {
    if (rule.any) return rule.any.some((r) => holds(r, form));
    if (rule.all) return rule.all.every((r) => holds(r, form));
    if (rule.not) return !holds(rule.not, form);
    const values = valueOf(form, rule.field);
    const numeric = (v) => Number((v ?? "").replace(",", "."));
    const number = numeric(values[0]);
    const bound = (b) => typeof b === "object" ? (valueOf(form, b.field).length ? numeric(valueOf(form, b.field)[0]) : NaN) : b;
    const given = values.length > 0 && !Number.isNaN(number);
    if ("is" in rule) return values.includes(String(rule.is));
    if ("in" in rule) return rule.in.some((v) => values.includes(String(v)));
    if ("above" in rule) return given && number > bound(rule.above);
    if ("below" in rule) return given && number < bound(rule.below);
    if ("at_least" in rule) return given && number >= bound(rule.at_least);
    if ("at_most" in rule) return given && number <= bound(rule.at_most);
    return values.length > 0;
  }

  function reveal(from) {
    for (const part of all("[data-shown-when]", from)) {
      const shown = holds(JSON.parse(part.dataset.shownWhen), part.closest("form") || document);
      part.hidden = !shown;
      for (const e of all("input, select, textarea", part)) e.disabled = !shown;
    }
  }

  /* measurements */
  function reading(field) {
    const input = field.querySelector("input");
    const value = input.value.trim() === "" ? NaN : Number(input.value.replace(",", "."));
    const { lower, upper, unit } = field.dataset;
    const out = value < Number(lower ?? -Infinity) ? "below" : value > Number(upper ?? Infinity) ? "above" : "";
    field.classList.toggle("is-out", out !== "");
    for (const key of all("[data-set]", field)) key.setAttribute("aria-pressed", String(Number(key.dataset.set) === value));
    const scale = field.querySelector("[data-scale]");
    if (scale) {
      const [low, high] = [Number(scale.dataset.low), Number(scale.dataset.high)];
      const mark = scale.querySelector(".mark");
      mark.classList.toggle("unset", Number.isNaN(value));
      mark.classList.toggle("out", out !== "");
      if (!Number.isNaN(value)) mark.setAttribute("x", `${Math.min(Math.max((value - low) / (high - low), 0), 1) * 100}%`);
    }
    const alert = field.querySelector("[data-out]");
    if (alert) {
      if (out) {
        const limit = out === "above" ? upper : lower;
        const withUnit = (v) => (unit ? `${v} ${unit}` : v);
        const words = fill(alert.dataset[out], { v: withUnit(input.value.trim()), l: withUnit(limit) });
        const strong = alert.querySelector("strong");
        if (strong.textContent !== words) strong.textContent = words;
      }
      alert.hidden = out === "";
    }
    const save = input.form?.querySelector("[data-save]");
    if (save && all("[data-number]", input.form).indexOf(field) === 0) {
      const words = Number.isNaN(value) ? save.dataset.save : out ? save.dataset.saveOut : save.dataset.saveValue;
      if (words) save.textContent = fill(words, { v: unit ? `${input.value.trim()} ${unit}` : input.value.trim() });
    }
  }

  function step(button) {
    const field = button.closest("[data-number]");
    const input = field.querySelector("input");
    const recent = field.querySelector("[data-set]")?.dataset.set;
    const from = input.value.trim() === "" ? Number(recent ?? field.dataset.lower ?? 0) : Number(input.value.replace(",", "."));
    const moved = input.value.trim() === "" ? from : from + Number(button.dataset.by) * Number(field.dataset.step);
    put(input, moved.toFixed(Number(field.dataset.decimals)));
  }

  function put(input, value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* checklists: the bar, the count, the next open item */
  const answerOf = (item) => item.querySelector(".segment-keys input:checked")?.value ?? "";

  function count() {
    const bar = document.querySelector("[data-checklist-bar]");
    if (!bar) return;
    const answers = all("[data-item]").map(answerOf);
    const marks = { yes: "✓", no: "✕", na: "–", "": zh ? "未查" : "open" };
    all("li", bar).forEach((li, i) => {
      li.className = answers[i] || "open";
      li.firstElementChild.textContent = marks[answers[i] ?? ""];
    });
    const [done, failed] = all("p > span", bar);
    const n = answers.length;
    done.textContent = fill(done.dataset.doneWords, { d: answers.filter(Boolean).length, n });
    failed.textContent = fill(failed.dataset.failedWords, { f: answers.filter((a) => a === "no").length });
    total();
  }

  /* points so far; the server counts anew when the inspection is kept */
  function total() {
    const holder = document.querySelector("[data-score]");
    if (!holder) return;
    let [got, full, vetoed] = [0, 0, false];
    for (const item of all("[data-item]")) {
      const points = Number(item.dataset.points);
      const answer = answerOf(item);
      const score = item.querySelector(".item-score");
      score.textContent = `${answer === "yes" ? points : answer === "no" ? 0 : "–"} / ${points}`;
      score.classList.toggle("lost", answer === "no");
      if (answer !== "yes" && answer !== "no") continue;
      full += points;
      got += answer === "yes" ? points : 0;
      vetoed ||= answer === "no" && "veto" in item.dataset;
    }
    holder.firstElementChild.textContent = full ? (vetoed ? 0 : (got / full) * 100).toFixed(1) : "–";
    holder.lastElementChild.textContent = `${got} / ${full}`;
  }

  function nextOpen() {
    const open = all("[data-item]").find((item) => !answerOf(item));
    open?.scrollIntoView({ block: "center" });
    open?.querySelector("input")?.focus({ preventScroll: true });
  }

  /* drafts stay on this machine until the server has them; files and secrets are never kept */
  const draftKey = (form) => `draft:${location.pathname}:${form.dataset.draft}`;
  const draftable = (form) => [...form.elements].filter((e) => e.name && !["file", "password", "hidden", "submit"].includes(e.type) && !("private" in e.dataset));

  function keepDraft(form) {
    const kept = {};
    for (const e of draftable(form)) {
      if (e.type === "radio" || e.type === "checkbox") { if (e.checked) (kept[e.name] ??= []).push(e.value); }
      else if (e.value) (kept[e.name] ??= []).push(e.value);
    }
    try { localStorage.setItem(draftKey(form), JSON.stringify(kept)); } catch { return; }
    const status = form.querySelector("[data-draft-status]");
    if (status) status.textContent = `${zh ? "草稿已存在本机" : "Draft kept on this device"} ${new Date(now()).toTimeString().slice(0, 5)}`;
  }

  function restoreDraft(form) {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(draftKey(form))); } catch { return; }
    if (!kept || form.querySelector("[aria-invalid]")) return;
    for (const e of draftable(form)) {
      const values = kept[e.name];
      if (!values) continue;
      if (e.type === "radio" || e.type === "checkbox") e.checked = values.includes(e.value);
      else if (!e.value) e.value = values.shift() ?? "";
    }
  }

  /* keyboard; single keys can be switched off */
  const letters = { t: "today", p: "plan", r: "registers", i: "inspections", c: "cases", n: "indicators", s: "scores", w: "reports" };
  const keysOff = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  let afterG = 0;
  let opener = null;
  let before = []; // what the page itself had put into the panel

  function closePanel() {
    const panel = document.getElementById("panel");
    if (!panel?.classList.contains("opened")) return false;
    panel.classList.remove("opened");
    panel.replaceChildren(...before);
    opener?.removeAttribute("aria-expanded");
    opener?.focus();
    return true;
  }

  function move(by) {
    const rows = all("[data-list] a, .tasks > li > a, .table tbody tr a:first-of-type").filter((a) => a.offsetParent);
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
  }

  function grid(event) {
    const cell = event.target.closest("[data-grid] td");
    if (!cell || event.key !== "Enter" || event.target.tagName === "TEXTAREA") return false;
    const row = cell.parentElement[event.shiftKey ? "previousElementSibling" : "nextElementSibling"];
    row?.cells[cell.cellIndex]?.querySelector("input, select")?.focus();
    event.preventDefault();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || grid(event)) return;
    if (event.key === "Escape" && closePanel()) return;
    if (event.target.closest("input, select, textarea, [contenteditable]") || keysOff()) return;
    const key = event.key;
    if (afterG && performance.now() - afterG < 1200) {
      afterG = 0;
      document.querySelector(`.side [data-key="${letters[key] ?? ""}"]`)?.click();
    } else if (key === "g") afterG = performance.now();
    else if (key === "/") { document.querySelector("[data-search]")?.focus(); event.preventDefault(); }
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "?") document.getElementById("keys")?.showModal();
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-by], [data-set], [data-next-open], [data-close-panel], [data-reveal], [data-print], [data-clear]");
    if (!target) return;
    if ("by" in target.dataset) step(target);
    else if ("set" in target.dataset) put(target.closest("[data-number]").querySelector("input"), target.dataset.set);
    else if ("nextOpen" in target.dataset) nextOpen();
    else if ("closePanel" in target.dataset) closePanel();
    else if ("print" in target.dataset) window.print();
    else if ("clear" in target.dataset) for (const f of all("[data-number] input", target.form)) put(f, "");
    else if ("reveal" in target.dataset) {
      const input = document.getElementById(target.dataset.reveal);
      input.type = input.type === "password" ? "text" : "password";
      [target.textContent, target.dataset.other] = [target.dataset.other, target.textContent];
    }
  });

  document.addEventListener("input", (event) => {
    const field = event.target.closest("[data-number]");
    if (field) reading(field);
    const form = event.target.closest("form");
    if (!form) return;
    reveal(form);
    if (event.target.closest("[data-item]")) count();
    if (form.dataset.draft) keepDraft(form);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-off]")) {
      try { localStorage.setItem("keys", event.target.checked ? "off" : "on"); } catch { /* private window */ }
    } else if (event.target.closest("form[data-filter]")) event.target.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.draft && navigator.onLine) try { localStorage.removeItem(draftKey(event.target)); } catch { /* private window */ }
  });

  /* a plan's sentence, its item and its question light together */
  function light(event, on) {
    const key = event.target.closest?.("[data-item-key]")?.dataset.itemKey;
    if (key) for (const e of all(`[data-item-key="${CSS.escape(key)}"]`)) e.classList.toggle(e.matches("tr") ? "chosen" : "lit", on);
  }
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => light(event, on));
  }

  /* an act that was not answered, or refused without a page of its own, is told where it was done */
  for (const name of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(name, () => {
      const failed = document.querySelector("[data-failed]");
      failed.hidden = false;
      failed.focus();
    });
  }

  /* the panel takes focus when a figure opens in it, and gives it back */
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id !== "panel") return;
    if (window.innerWidth < 600) { event.preventDefault(); location.assign(event.detail.elt.href); return; }
    opener?.removeAttribute("aria-expanded");
    const panel = event.detail.target;
    if (!panel.classList.contains("opened")) before = [...panel.childNodes];
    opener = event.detail.elt;
    opener.setAttribute("aria-expanded", "true");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    start(event.detail.target);
    if (event.detail.target.id === "panel") {
      event.detail.target.classList.add("opened");
      event.detail.target.focus();
    }
  });

  function start(from) {
    for (const e of all("[data-needs-script], .step, [data-reveal]", from)) e.hidden = false;
    for (const form of all("form[data-draft]", from)) restoreDraft(form);
    reveal(from);
    for (const field of all("[data-number]", from)) reading(field);
    count();
    from.querySelector("[data-focus]")?.focus();
  }

  start(document);
  tick();
  tellOffline();
  setInterval(() => { tick(); tellOffline(); }, 1000);
  window.addEventListener("online", tellOffline);
  window.addEventListener("offline", tellOffline);
  const off = document.querySelector("[data-keys-off]");
  if (off) off.checked = keysOff();
})();
