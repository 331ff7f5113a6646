// A trace as rows with bars. The server sends all rows once, column by column (views/waterfall.py); here only
// those in view are elements, so that a trace of 20,000 spans opens and scrolls like one of twenty.

const ROW_PX = 26;
const SPARE_ROWS = 12; // above and below what is seen
const SOURCES = ["model", "tool", "reported"];
const VERDICTS = { fail: ["bad", "broke a rule"], unknown: ["warn", "left a rule open"], pass: ["ok", "met a rule"] };
const KINDS = ["Model call", "Tool call", "Reported"];

function duration(us) {
  if (us < 1000) return `${us} µs`;
  const ms = us / 1000;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 10000) return `${Math.round(ms).toLocaleString("en")} ms`;
  if (ms < 120000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function usd(nano) {
  const text = String(nano).padStart(10, "0");
  return `${text.slice(0, -9)}.${text.slice(-9).replace(/0{1,5}$/, "")}`;
}

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Rows {
  constructor(root, url, marks, chosen) {
    this.root = root;
    this.marks = marks || {}; // spans that decided verdicts of audits: verdict and rules, by id
    this.url = url;
    this.shut = new Set(); // ids of rows whose children are not shown
    this.shown = []; // places of the rows that are not below a shut one
    this.active = 0; // its place in `shown`
    this.chosen = chosen || null;
    this.elements = new Map(); // by place
    this.build();
    this.load();
  }

  build() {
    this.root.replaceChildren();
    const tools = make("div", "wf-tools");
    this.note = make("span", "muted", "Reading…");
    this.note.setAttribute("role", "status");
    const button = (text, act) => {
      const made = make("button", "button", text);
      made.type = "button";
      made.addEventListener("click", () => {
        act();
        this.grid.focus({ preventScroll: true });
      });
      return made;
    };
    const end = make("span", "end");
    end.append(
      (this.toVerdict = button("Next verdict", () => this.next((place) => this.data.ids[place] in this.marks))),
      button("Next error", () => this.next((place) => this.data.failed[place])),
      button("Collapse all", () => this.foldAll(true)),
      button("Expand all", () => this.foldAll(false)),
    );
    tools.append(this.note, end);
    this.axis = make("div", "wf-axis");
    this.axis.setAttribute("aria-hidden", "true");
    this.grid = make("div", "wf-scroll");
    this.grid.tabIndex = 0;
    this.grid.setAttribute("role", "treegrid");
    this.grid.setAttribute("aria-label", "Spans");
    this.grid.setAttribute("aria-keyshortcuts", "ArrowUp ArrowDown ArrowLeft ArrowRight Home End Enter");
    this.canvas = make("div", "wf-canvas");
    this.canvas.setAttribute("role", "rowgroup");
    this.grid.append(this.canvas);
    this.detail = make("aside", "wf-detail");
    this.detail.setAttribute("aria-label", "Span");
    this.detail.setAttribute("aria-live", "polite");
    this.detail.append(make("p", "muted", "Choose a span to see its attributes."));
    const both = make("div", "wf-both");
    const left = make("div", "wf-left");
    left.append(this.axis, this.grid);
    both.append(left, this.detail);
    this.root.append(tools, both);
    let due = false;
    this.grid.addEventListener("scroll", () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => {
        due = false;
        this.paint();
      });
    });
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.grid.addEventListener("click", (event) => this.click(event));
    this.linked = (event) => this.link(event);
    document.addEventListener("click", this.linked, true); // before the pages' own links
    this.setMarks(this.marks);
    this.sizes = new ResizeObserver(() => this.data && this.paint());
    this.sizes.observe(this.grid);
  }

  async load() {
    let answer;
    try {
      answer = await fetch(this.url, { cache: "no-store" });
    } catch {
      this.note.textContent = "The console cannot be reached.";
      return;
    }
    if (!answer.ok) {
      this.note.textContent = (await answer.text()) || `The console answered ${answer.status}.`;
      return;
    }
    const first = this.data === undefined;
    const at = this.data ? this.data.ids[this.shown[this.active]] : this.chosen;
    this.data = await answer.json();
    this.count();
    this.list();
    const place = this.data.ids.indexOf(at);
    if (place >= 0) this.goTo(place, first);
    this.grid.setAttribute("aria-rowcount", String(this.data.ids.length));
    this.drawAxis();
    this.paint();
    if (first) performance.mark("podium-trace-rows");
    if (first && this.chosen) this.choose(this.chosen);
  }

  count() {
    const { ids, failed, source, verdict, texts } = this.data;
    const errors = failed.reduce((sum, one) => sum + one, 0);
    const own = source.reduce((sum, one) => sum + (one < 2 ? 1 : 0), 0);
    const denied = verdict.reduce((sum, one) => sum + (one >= 0 && texts[one] !== "allow" ? 1 : 0), 0);
    const number = (value) => value.toLocaleString("en");
    this.note.textContent =
      `${number(ids.length)} spans: ${number(own)} by Podium, ${number(ids.length - own)} reported · ` +
      `${number(errors)} failed · ${number(denied)} not allowed`;
  }

  list() {
    const { ids, after } = this.data;
    this.shown = [];
    for (let place = 0; place < ids.length; ) {
      this.shown.push(place);
      place = this.shut.has(ids[place]) ? after[place] : place + 1;
    }
    this.active = Math.min(this.active, this.shown.length - 1);
    this.canvas.style.height = `${this.shown.length * ROW_PX}px`;
    this.grid.style.height = `${Math.min(this.shown.length * ROW_PX + 2, Math.max(320, innerHeight * 0.68))}px`;
    this.clear();
  }

  clear() {
    this.canvas.replaceChildren();
    this.elements.clear();
  }

  drawAxis() {
    this.axis.replaceChildren();
    for (let part = 0; part <= 2; part++) {
      const mark = make("span", "", duration(Math.round((this.data.length_us * part) / 2)));
      mark.style.left = `${part * 50}%`;
      this.axis.append(mark);
    }
  }

  paint() {
    const top = Math.max(0, Math.floor(this.grid.scrollTop / ROW_PX) - SPARE_ROWS);
    const seen = Math.ceil(this.grid.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    const bottom = Math.min(this.shown.length, top + seen);
    for (const [at, element] of this.elements) {
      if (at < top || at >= bottom) {
        element.remove();
        this.elements.delete(at);
      }
    }
    let next = null; // rows stand in their order, for who reads them by ear
    for (let at = bottom - 1; at >= top; at--) {
      let element = this.elements.get(at);
      if (!element) {
        element = this.row(at);
        this.elements.set(at, element);
        this.canvas.insertBefore(element, next);
      }
      next = element;
    }
    this.mark();
  }

  mark() {
    const chosen = this.chosen;
    for (const [at, element] of this.elements) {
      element.classList.toggle("active", at === this.active);
      element.setAttribute("aria-selected", String(this.data.ids[this.shown[at]] === chosen));
    }
    if (this.elements.has(this.active)) {
      this.grid.setAttribute("aria-activedescendant", this.elements.get(this.active).id);
    } else {
      this.grid.removeAttribute("aria-activedescendant");
    }
  }

  row(at) {
    const data = this.data;
    const place = this.shown[at];
    const text = (index) => (index < 0 ? "" : data.texts[index]);
    const row = make("div", `wf-row ${SOURCES[data.source[place]]}${data.failed[place] ? " failed" : ""}`);
    const parent = data.after[place] > place + 1;
    const open = !this.shut.has(data.ids[place]);
    row.id = `span-${data.ids[place]}`;
    row.dataset.at = String(at);
    row.style.top = `${at * ROW_PX}px`;
    row.setAttribute("role", "row");
    row.setAttribute("aria-level", String(data.depth[place] + 1));
    row.setAttribute("aria-rowindex", String(place + 1));
    if (parent) row.setAttribute("aria-expanded", String(open));
    const name = make("div", "wf-name");
    name.setAttribute("role", "gridcell");
    name.style.paddingLeft = `${8 + 14 * Math.min(data.depth[place], 16)}px`;
    const toggle = make("span", "wf-toggle", parent ? (open ? "▾" : "▸") : "");
    toggle.setAttribute("aria-hidden", "true");
    const title = make("span", "wf-title", text(data.name[place]));
    title.title = [text(data.name[place]), text(data.agent[place]), KINDS[data.source[place]]]
      .filter(Boolean)
      .join(" · ");
    name.append(toggle, title);
    const hidden = [KINDS[data.source[place]]];
    if (parent && !open) name.append(make("span", "wf-count", `+${data.after[place] - place - 1}`));
    const verdict = text(data.verdict[place]);
    if (verdict && verdict !== "allow") name.append(make("span", `badge ${verdict === "deny" ? "bad" : "warn"}`, verdict));
    else if (verdict) hidden.push(`verdict ${verdict}`);
    const mark = this.marks[data.ids[place]];
    if (mark) {
      const badge = make("span", `badge ${VERDICTS[mark[0]][0]}`, VERDICTS[mark[0]][1]);
      badge.title = mark[1];
      name.append(badge);
    }
    if (data.failed[place]) name.append(make("span", "badge bad", "error"));
    name.append(make("span", "visually-hidden", hidden.join(", ")));
    const track = make("div", "wf-track");
    track.setAttribute("role", "gridcell");
    const whole = Math.max(1, data.length_us);
    const bar = make("i", "wf-bar");
    bar.style.left = `${(100 * data.at[place]) / whole}%`;
    bar.style.width = `max(2px, ${(100 * data.took[place]) / whole}%)`;
    track.append(bar);
    const took = make("div", "wf-number", duration(data.took[place]));
    const tokens = data.input[place] < 0 && data.output[place] < 0 ? "" :
      `${Math.max(0, data.input[place]).toLocaleString("en")} → ${Math.max(0, data.output[place]).toLocaleString("en")}`;
    const cost = make("div", "wf-number wide", data.cost[place] > 0 ? usd(data.cost[place]) : "");
    const used = make("div", "wf-number wide", tokens);
    for (const cell of [took, used, cost]) cell.setAttribute("role", "gridcell");
    row.append(name, track, took, used, cost);
    return row;
  }

  // Moving about

  show(at) {
    this.active = Math.max(0, Math.min(at, this.shown.length - 1));
    const top = this.active * ROW_PX;
    const height = this.grid.clientHeight;
    if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top + ROW_PX > this.grid.scrollTop + height) this.grid.scrollTop = top + ROW_PX - height;
    this.paint();
  }

  goTo(place, centred = false) {
    // What it is below is opened.
    let changed = false;
    for (let above = place; above >= 0; above = this.parent(above)) {
      changed = (above !== place && this.shut.delete(this.data.ids[above])) || changed;
    }
    if (changed) this.list();
    const at = this.shown.indexOf(place);
    if (centred) this.grid.scrollTop = at * ROW_PX - this.grid.clientHeight / 2;
    this.show(at);
  }

  parent(place) {
    const depth = this.data.depth[place];
    let above = place - 1;
    while (above >= 0 && this.data.depth[above] >= depth) above--;
    return depth ? above : -1;
  }

  fold(at, shut) {
    const place = this.shown[at];
    if (this.data.after[place] <= place + 1) return;
    if (shut) this.shut.add(this.data.ids[place]);
    else this.shut.delete(this.data.ids[place]);
    const top = this.grid.scrollTop;
    this.list();
    this.grid.scrollTop = top;
    this.show(at);
  }

  foldAll(shut) {
    if (!this.data) return;
    const { ids, after } = this.data;
    this.shut = new Set(shut ? ids.filter((_, place) => after[place] > place + 1) : []);
    this.list();
    this.show(0);
  }

  next(wanted) {
    if (!this.data) return;
    const many = this.data.ids.length;
    const from = this.shown[this.active];
    for (let step = 1; step <= many; step++) {
      const place = (from + step) % many;
      if (!wanted(place)) continue;
      this.goTo(place, true);
      this.choose(this.data.ids[place]);
      return;
    }
  }

  setMarks(marks) {
    const before = JSON.stringify(this.marks);
    this.marks = marks || {};
    this.toVerdict.hidden = Object.keys(this.marks).length === 0;
    if (!this.data || JSON.stringify(this.marks) === before) return; // rows that say the same stay as they are
    this.clear();
    this.paint();
  }

  // A link to a span of this very trace goes there without a new page.
  link(event) {
    const to = event.target.closest?.("a[data-span]");
    if (!to || !this.data || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    if (new URL(to.href).pathname !== location.pathname) return;
    const place = this.data.ids.indexOf(to.dataset.span);
    if (place < 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.goTo(place, true);
    this.choose(to.dataset.span);
    this.root.scrollIntoView({ block: "start" });
    this.grid.focus({ preventScroll: true });
  }

  click(event) {
    const row = event.target.closest(".wf-row");
    if (!row) return;
    const at = Number(row.dataset.at);
    if (event.target.closest(".wf-toggle")) {
      this.fold(at, !this.shut.has(this.data.ids[this.shown[at]]));
    } else {
      this.show(at);
      this.choose(this.data.ids[this.shown[at]]);
    }
  }

  key(event) {
    if (!this.data || event.metaKey || event.ctrlKey || event.altKey) return;
    const at = this.active;
    const place = this.shown[at];
    const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW_PX) - 1);
    const open = this.data.after[place] > place + 1 && !this.shut.has(this.data.ids[place]);
    const acts = {
      ArrowDown: () => this.show(at + 1),
      ArrowUp: () => this.show(at - 1),
      PageDown: () => this.show(at + page),
      PageUp: () => this.show(at - page),
      Home: () => this.show(0),
      End: () => this.show(this.shown.length - 1),
      ArrowRight: () => (open ? this.show(at + 1) : this.fold(at, false)),
      ArrowLeft: () => (open ? this.fold(at, true) : this.parent(place) >= 0 && this.goTo(this.parent(place))),
      Enter: () => this.choose(this.data.ids[place]),
      " ": () => this.choose(this.data.ids[place]),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  // One span's attributes

  async choose(id) {
    this.chosen = id;
    this.mark();
    const url = new URL(location.href);
    url.searchParams.set("span", id);
    history.replaceState(history.state, "", url);
    this.detail.setAttribute("aria-busy", "true");
    let html;
    try {
      const answer = await fetch(`${this.url}/${id}`, { cache: "no-store" });
      html = await answer.text();
      if (!answer.ok) throw new Error(html);
    } catch (error) {
      this.detail.replaceChildren(make("p", "field-error", String(error.message || error)));
      return;
    } finally {
      this.detail.removeAttribute("aria-busy");
    }
    if (this.chosen !== id) return; // another one was chosen meanwhile
    this.detail.innerHTML = html; // escaped by the server
    this.detail.scrollTop = 0;
  }

  end() {
    document.removeEventListener("click", this.linked, true);
    this.sizes.disconnect();
  }
}

export default {
  template: `<div class="waterfall"></div>`,
  props: { url: String, version: Number, marks: Object, chosen: String },
  mounted() {
    this.rows = new Rows(this.$el, this.url, this.marks, this.chosen);
  },
  watch: {
    marks(now) {
      this.rows?.setMarks(now);
    },
    version(spans) {
      if (this.rows?.data && this.rows.data.ids.length !== spans) this.rows.load();
    },
  },
  unmounted() {
    this.rows?.end();
  },
};
