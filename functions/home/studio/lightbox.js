// A dialog that shows images in full size, one at a time.

import { closeButton, openDialog } from "./dialogs.js";
import { h, setChildren } from "./dom.js";
import { icon } from "./icons.js";
import { fadeInImage } from "./images.js";

/**
 * Open the lightbox at the slide with index `start`.
 *
 * A slide has `src`, `alt` and `panel(dialog)`, which returns the content of the sidebar.
 */
export function openLightbox(slides, start) {
  const stage = h("div", { class: "lightbox-stage" });
  const panel = h("div", { class: "lightbox-panel" });
  const position = h("p", { class: "muted" });
  let current = start;

  function show(index) {
    current = (index + slides.length) % slides.length;
    const slide = slides[current];
    setChildren(stage, fadeInImage(slide.src, slide.alt));
    setChildren(panel, slide.panel(dialog));
    setChildren(position, slides.length > 1 && `${current + 1} of ${slides.length}`);
  }

  const stepButton = (label, iconName, step) =>
    h("button", { type: "button", class: "icon-button", "aria-label": label, hidden: slides.length < 2, onclick: () => show(current + step) }, icon(iconName));
  const navigation = h("div", { class: "lightbox-nav" }, stepButton("Previous image", "left", -1), position, stepButton("Next image", "right", 1));
  const header = h("header", {}, navigation, closeButton());
  const dialog = openDialog({ class: "lightbox", "aria-label": "Image" }, stage, h("div", { class: "lightbox-sidebar" }, header, panel));
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && slides.length > 1 && !event.target.matches("input, textarea, select")) {
      show(current + step);
    }
  });
  show(start);
}
