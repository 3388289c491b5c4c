// Icons as line drawings in a 24 x 24 view box, in the current text colour.

import { svg } from "./dom.js";

const PATHS = {
  images: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.2h.01",
  generate: "M12 3l1.9 5.6L19.5 10.5 13.9 12.4 12 18l-1.9-5.6L4.5 10.5l5.6-1.9zM19 16v4M17 18h4",
  stories: "M8 4h12v12H8zM4 8v12h12",
  publications: "M5 4h14v16l-7-4-7 4z",
  upload: "M12 16V5M7.5 9.5 12 5l4.5 4.5M4 19h16",
  close: "M6 6l12 12M18 6 6 18",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  globe: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3.5 12h17M12 3c5 5.5 5 12.500 0 18M12 3c-5 5.500-5 12.500 0 18",
  bin: "M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.500 20c1-4 4-5.500 7.500-5.500s6.500 1.500 7.500 5.500",
  exit: "M10 5H5v14h5M9 12h11M16.500 8.500 20 12l-3.500 3.500",
};

export function icon(name) {
  const path = svg("path", { d: PATHS[name] });
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, path);
}
