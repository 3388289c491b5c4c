// Pictures, small in a list and large in a dialog.

import { closeButton, openDialog } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

/** A picture that comes up once it is there. */
export function photo(src, alt, props = {}) {
  const image = h("img", { alt, decoding: "async", class: "photo", ...props });
  const settle = () => image.classList.add("developed");
  image.addEventListener("load", settle);
  image.addEventListener("error", () => {
    settle();
    image.classList.add("lost");
  });
  image.src = src;
  return image;
}

/** A picture in a list, which opens when it is pressed. `marks` stand below it. */
export function tile({ src, alt, label, marks = [], open }) {
  const button = h(
    "button",
    { type: "button", class: "tile", onclick: open, "aria-label": `Open ${label}` },
    photo(src, alt, { loading: "lazy" }),
  );
  return h("li", {}, button, h("p", { class: "under" }, h("span", { class: "name" }, label), marks));
}

/**
 * Show pictures large, one at a time, beginning with one of them.
 *
 * A frame has `src`, `alt` and `panel(dialog)`, what stands beside the picture.
 */
export function openLarge(frames, start) {
  const stage = h("div", { class: "large-stage" });
  const panel = h("div", { class: "large-panel" });
  const count = h("p", { class: "muted" });
  let at = start;

  function show(index) {
    at = (index + frames.length) % frames.length;
    const frame = frames[at];
    fill(stage, photo(frame.src, frame.alt));
    fill(panel, frame.panel(dialog));
    fill(count, frames.length > 1 && `${at + 1} of ${frames.length}`);
  }

  const step = (label, name, by) =>
    h("button", { type: "button", class: "round", "aria-label": label, hidden: frames.length < 2, onclick: () => show(at + by) }, icon(name));
  const steps = h("div", { class: "steps" }, step("Previous picture", "back", -1), count, step("Next picture", "forward", 1));
  const bar = h("header", {}, steps, closeButton());
  const dialog = openDialog({ class: "large", "aria-label": "Picture" }, stage, h("div", { class: "large-side" }, bar, panel));
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && frames.length > 1 && !event.target.matches("input, textarea, select")) {
      show(at + by);
    }
  });
  show(start);
}

const FULL = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** An instant of the API for people; without a zone it is UTC. */
export function time(instant, format = FULL) {
  const iso = instant.endsWith("Z") ? instant : `${instant}Z`;
  return h("time", { datetime: iso }, format.format(new Date(iso)));
}

export const day = (instant) => time(instant, DAY);

/** Facts as a list of names and values. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== "" && value !== undefined);
  return h("dl", { class: "facts" }, known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
