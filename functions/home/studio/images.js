// Image elements, and tiles for the lists of images.

import { h } from "./dom.js";

/** An image that fades in when it has loaded. */
export function fadeInImage(src, alt, props = {}) {
  const image = h("img", { alt, decoding: "async", class: "fade-in", ...props });
  const show = () => image.classList.add("loaded");
  image.addEventListener("load", show);
  image.addEventListener("error", () => {
    show();
    image.classList.add("failed");
  });
  image.src = src;
  return image;
}

/** A list item with an image that calls `open` when clicked. `notes` follow the label below it. */
export function tile({ src, alt, label, notes = [], open }) {
  const button = h(
    "button",
    { type: "button", class: "tile", onclick: open, "aria-label": `Open ${label}` },
    fadeInImage(src, alt, { loading: "lazy" }),
  );
  return h("li", {}, button, h("p", { class: "tile-caption" }, h("span", { class: "name" }, label), notes));
}
