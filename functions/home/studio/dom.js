// Functions that create DOM elements. Children are inserted as text, never parsed as HTML.

/** Create an element; `props` are attributes, properties and `on…` listeners. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(props).forEach(([name, value]) => setProp(element, name, value));
  setChildren(element, ...children);
  return element;
}

function setProp(element, name, value) {
  if (name.startsWith("on")) {
    element.addEventListener(name.slice(2), value);
  } else if (name === "value" || (name in element && typeof value === "boolean")) {
    element[name] = value;
  } else if (value === true) {
    element.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, value);
  }
}

/** Replace the children of an element. Nested arrays are flattened; null, undefined and false are skipped. */
export function setChildren(element, ...children) {
  const nodes = children.flat(2).filter((child) => child || child === 0);
  element.replaceChildren(...nodes.map((child) => (child instanceof Node ? child : String(child))));
}

let lastId = 0;

/** A unique id for an element. */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

const liveRegion = h("div", { class: "visually-hidden", "aria-live": "polite" });

/** Announce a text to screen readers. They ignore live regions outside of an open modal dialog. */
export function announce(text) {
  const parent = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  parent.append(liveRegion);
  liveRegion.textContent = text;
}
