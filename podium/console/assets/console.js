// What only the browser can do: theme, shortcuts, ages, filters, chart tooltips. No state of Podium lives here.
"use strict";

window.podium = (() => {
  const THEMES = ["system", "light", "dark"];
  const system = matchMedia("(prefers-color-scheme: dark)");

  function chosenTheme() {
    try {
      const theme = localStorage.getItem("podium-theme");
      return THEMES.includes(theme) ? theme : "system";
    } catch {
      return "system"; // storage is switched off
    }
  }

  function applyTheme() {
    const theme = chosenTheme();
    document.documentElement.dataset.theme = theme === "system" ? (system.matches ? "dark" : "light") : theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  function setTheme(theme) {
    try {
      localStorage.setItem("podium-theme", theme);
    } catch {
      // storage is switched off: the choice holds for this page
    }
    applyTheme();
  }

  // Ages: <time data-ns="..."> tells how long ago it was, by the server's clock.
  let skewMs = 0;
  function setServerTime(ms) {
    skewMs = ms - Date.now();
  }

  function age(seconds) {
    if (seconds < 1) return "now";
    if (seconds < 60) return `${Math.floor(seconds)} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
    return `${Math.floor(seconds / 86400)} d ago`;
  }

  function tick() {
    if (document.hidden) return;
    const now = Date.now() + skewMs;
    for (const time of document.querySelectorAll("time[data-ms]")) {
      const text = age((now - Number(time.dataset.ms)) / 1000);
      if (time.textContent !== text) time.textContent = text;
    }
  }

  // Navigation without loading a page: the same message that NiceGUI sends for a click on a link.
  function navigate(url, { replace = false } = {}) {
    if (url === location.pathname + location.search) return;
    if (typeof emitEvent !== "function") {
      location.assign(url);
    } else if (replace) {
      history.replaceState({ page: url }, "", url);
      emitEvent("sub_pages_open", url);
    } else {
      emitEvent("sub_pages_navigate", url);
    }
  }

  function filterUrl(form) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value !== "") query.append(name, value);
    }
    const text = query.toString();
    return form.getAttribute("action") + (text ? `?${text}` : "");
  }

  let typing = 0;
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-filters]");
    if (!form || event.target.type !== "search") return;
    clearTimeout(typing);
    typing = setTimeout(() => navigate(filterUrl(form), { replace: true }), 250);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-filters]");
    if (form && event.target.nodeName === "SELECT") navigate(filterUrl(form));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-filters], form[data-asks]")) return;
    event.preventDefault();
    clearTimeout(typing);
    navigate(filterUrl(event.target));
  });

  document.addEventListener("click", (event) => {
    const theme = event.target.closest?.("[data-theme-choice]");
    if (theme) setTheme(theme.dataset.themeChoice);
    if (event.target.closest?.("[data-keys]")) toggleKeys();
    const scroll = event.target.closest?.("[data-scroll]");
    if (scroll) document.getElementById(scroll.dataset.scroll)?.scrollIntoView({ block: "start" });
    if (event.target.matches?.("dialog.keys")) event.target.close();
  });

  // Forms that act: what was typed goes to the page's server side, which knows who is asking.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-act]");
    if (!form) return;
    event.preventDefault();
    if (typeof emitEvent !== "function") return;
    emitEvent("podium_act", { act: form.dataset.act, fields: Object.fromEntries(new FormData(form)) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.target.closest?.("form[data-act]")?.requestSubmit();
  });

  // Lists and choices by keys: j and k walk through rows, a digit chooses and goes on to the reason.
  function walk(step) {
    const rows = [...document.querySelectorAll("[data-rows] a.row")];
    if (!rows.length) return false;
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
    return true;
  }
  function choose(digit) {
    const choice = document.querySelector(`form[data-act] input[data-choice="${CSS.escape(digit)}"]`);
    if (!choice) return false;
    choice.checked = true;
    const more = choice.closest("label")?.nextElementSibling; // its own fields come before the reason
    const field = more?.matches(".more-of") ? more.querySelector("input, textarea") : null;
    (field ?? choice.form.querySelector("#reason") ?? choice.form.querySelector("textarea"))?.focus();
    return true;
  }

  // `a` approves and `d` denies: on the list it opens the case, and on the case it goes on to the reason.
  function answer(key) {
    const choice = document.querySelector(`form[data-act] input[data-answer="${key}"]`);
    if (choice) return choose(choice.dataset.choice);
    const row = document.activeElement?.closest?.("[data-rows] a.row[data-open]");
    if (!row) return false;
    const [from, to] = [location.pathname, row.pathname];
    navigate(row.getAttribute("href"));
    let tries = 0;
    const later = setInterval(() => {
      const there = location.pathname === to && document.querySelector(`form[data-act] input[data-answer="${key}"]`);
      if (there) choose(there.dataset.choice);
      // the address changes when the server has answered: until then it is the list's
      if (there || ++tries > 200 || ![from, to].includes(location.pathname)) clearInterval(later);
    }, 50);
    return true;
  }
  function tickRow() {
    const box = document.activeElement?.closest?.("[data-rows] tr")?.querySelector("input[type=checkbox]");
    if (!box) return false;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  function toggleKeys() {
    const dialog = document.querySelector("dialog.keys");
    if (!dialog) return;
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  let going = -Infinity; // when `g` was pressed
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!document.querySelector("nav.places")) return; // the login page
    const since = performance.now() - going;
    going = -Infinity;
    if (since < 1500) {
      const place = document.querySelector(`nav.places a[data-go="${CSS.escape(event.key.toLowerCase())}"]`);
      if (place) {
        event.preventDefault();
        navigate(place.getAttribute("href"));
      }
    } else if ((event.key === "j" || event.key === "k") && walk(event.key === "j" ? 1 : -1)) {
      event.preventDefault();
    } else if (/^[1-9]$/.test(event.key) && choose(event.key)) {
      event.preventDefault();
    } else if ((event.key === "a" || event.key === "d") && answer(event.key)) {
      event.preventDefault();
    } else if (event.key === "x" && tickRow()) {
      event.preventDefault();
    } else if (event.key === "g") {
      going = performance.now();
    } else if (event.key === "?") {
      event.preventDefault();
      toggleKeys();
    } else if (event.key === "/") {
      const search = document.querySelector("main input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "t") {
      setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    }
  });

  // Tooltips. Amounts come as text beside each point, so that they stay exact.
  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const escapeHtml = (text) => String(text).replace(/[&<>"]/g, (character) => ESCAPES[character]);
  function tip(points) {
    const list = (Array.isArray(points) ? points : [points]).filter((point) => point.data && point.data.text);
    if (!list.length) return "";
    const rows = list.map(
      (point) =>
        `<div><i style="background:${escapeHtml(point.color)}"></i>${escapeHtml(point.seriesName)}<span>${escapeHtml(point.data.text)}</span></div>`,
    );
    return `<div class="tip" style="display:block"><b>${escapeHtml(list[0].data.when)}</b>${rows.join("")}</div>`;
  }

  // Where the connection is lost because the session has ended, the login is what is next.
  async function stillLoggedIn() {
    if (!document.querySelector('#popup[aria-hidden="false"]')) return;
    try {
      if ((await fetch("/session", { cache: "no-store" })).status === 401) location.reload();
    } catch {
      // the console itself is away: NiceGUI tries again
    }
  }

  function clock(ms) {
    return new Date(ms).toISOString().slice(11, 16);
  }

  function day(ms) {
    return new Date(ms).toISOString().slice(5, 10);
  }

  const HEIGHTS = {
    usd: (value) => `${Number(value.toPrecision(6))} USD`,
    rate: (value) => `${Number(value.toPrecision(6))} /s`,
    ms: (value) => (value < 10000 ? `${value} ms` : `${value / 1000} s`),
    count: (value) => (Number.isInteger(value) ? String(value) : ""),
  };
  function height(unit) {
    return (value) => (value === 0 ? "" : HEIGHTS[unit](value));
  }

  // Whoever came by a key is in the form already.
  function arrived() {
    if (document.activeElement?.closest?.("main form[data-act]")) return;
    document.querySelector("main h1")?.focus({ preventScroll: true });
  }

  system.addEventListener("change", applyTheme);
  window.addEventListener("storage", applyTheme);
  document.addEventListener("visibilitychange", () => {
    if (typeof emitEvent === "function") emitEvent("podium_visible", !document.hidden);
    if (!document.hidden) tick();
  });
  setInterval(tick, 1000);
  setInterval(stillLoggedIn, 1500);
  applyTheme();
  return { applyTheme, arrived, clock, day, height, navigate, setServerTime, tick, tip };
})();
