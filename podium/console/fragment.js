// A piece of HTML that the server renews. Only what differs is touched, so that focus, selection and
// scrolling stay where they are; children with a data-key are recognised when they move.

function sameKind(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;
}

function renewAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function renewNode(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
    return;
  }
  if (from.isEqualNode(to)) return;
  renewAttributes(from, to);
  renewChildren(from, to);
  if (from === document.activeElement) return; // what a person is typing is theirs
  if (from.nodeName === "INPUT") from.value = to.getAttribute("value") ?? "";
  if (from.nodeName === "SELECT") from.value = to.querySelector("option[selected]")?.value ?? "";
}

function renewChildren(from, to) {
  const keyed = new Map();
  for (const child of from.children) {
    if (child.dataset.key) keyed.set(child.dataset.key, child);
  }
  let current = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const known = wanted.dataset?.key && keyed.get(wanted.dataset.key);
    if (known && known !== current) {
      from.insertBefore(known, current);
      current = known;
    }
    if (current && sameKind(current, wanted)) {
      renewNode(current, wanted);
      current = current.nextSibling;
    } else {
      from.insertBefore(wanted, current);
    }
  }
  while (current) {
    const next = current.nextSibling;
    current.remove();
    current = next;
  }
}

export default {
  template: `<component :is="tag"></component>`,
  props: { html: String, tag: String },
  mounted() {
    this.shown = this.html;
    this.$el.innerHTML = this.html;
    window.podium?.applyTheme();
    window.podium?.tick();
  },
  updated() {
    if (this.html === this.shown) return;
    this.shown = this.html;
    const template = document.createElement("template");
    template.innerHTML = this.html;
    renewChildren(this.$el, template.content);
    window.podium?.applyTheme();
    window.podium?.tick();
  },
};
