// Elements, made by one call each. Text is always text: nothing here reads HTML.

/** An element; `props` are attributes, properties, and listeners by their `on` names. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(props).forEach(([name, value]) => setProp(element, name, value));
  fill(element, ...children);
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

/** Replace what an element holds; nothing stands for null, undefined and false. */
export function fill(element, ...children) {
  const shown = children.flat(2).filter((child) => child || child === 0);
  element.replaceChildren(...shown.map((child) => (child instanceof Node ? child : String(child))));
}

let lastId = 0;

/** An id that no other element has, for what refers to it. */
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

const announcer = h("div", { class: "unseen", "aria-live": "polite" });

/** Say something to those who do not see the page. A dialog hides all that is outside of it. */
export function announce(words) {
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  place.append(announcer);
  announcer.textContent = words;
}
