// Lists that load more while their end comes into view.

import { page } from "./api.js";
import { announce, fill, h } from "./dom.js";
import { problemBox } from "./forms.js";

const PLACEHOLDERS = 8;

/**
 * A list of all that `path` lists, each once however it came here.
 *
 * `key(item)` tells items apart; `make(item)` is an item's element, or null where it goes into
 * another's; `empty` is shown when there are none.
 */
export function endless({ path, label, key, make, empty, shape = "grid" }) {
  const list = h("ul", { class: shape, "aria-label": label });
  const nothing = h("div", { class: "empty", hidden: true }, empty);
  const problem = problemBox();
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => load() });
  const end = new IntersectionObserver(onEnd, { rootMargin: "600px" });
  const shown = new Set();
  let next = path;
  let round = 0;
  let isLoading = false;

  function onEnd(entries) {
    if (entries.some((entry) => entry.isIntersecting)) {
      load();
    }
  }

  async function load() {
    if (isLoading || !next) {
      return;
    }
    isLoading = true;
    const mine = round;
    end.disconnect();
    problem.clear();
    list.setAttribute("aria-busy", "true");
    try {
      const found = await page(next);
      if (mine === round) {
        take(found);
      }
    } catch (error) {
      if (mine === round) {
        fail(error);
      }
    } finally {
      if (mine === round) {
        isLoading = false;
        list.removeAttribute("aria-busy");
      }
    }
  }

  function take(found) {
    list.querySelectorAll(".placeholder").forEach((item) => item.remove());
    found.items.forEach((item) => insert(item, (element) => list.append(element)));
    next = found.next;
    more.textContent = "Show more";
    more.hidden = !next;
    check();
    if (next) {
      end.observe(more);
    }
  }

  function insert(item, put) {
    if (shown.has(key(item))) {
      return;
    }
    shown.add(key(item));
    const element = make(item);
    if (element) {
      put(element);
    }
  }

  function fail(error) {
    list.querySelectorAll(".placeholder").forEach((item) => item.remove());
    problem.show(error);
    more.textContent = "Try again";
    more.hidden = false;
  }

  function check() {
    nothing.hidden = list.childElementCount > 0;
  }

  return {
    element: h("div", { class: "endless" }, list, nothing, problem.element, more),
    list,
    reload() {
      round += 1;
      isLoading = false;
      next = path;
      nothing.hidden = true;
      shown.clear();
      fill(list, Array.from({ length: PLACEHOLDERS }, placeholder));
      return load();
    },
    prepend(items) {
      items.forEach((item) => insert(item, (element) => list.prepend(element)));
      check();
    },
    remove(element, words) {
      const neighbour = element.nextElementSibling ?? element.previousElementSibling;
      element.remove();
      neighbour?.querySelector("button")?.focus();
      check();
      announce(words);
    },
  };
}

function placeholder() {
  return h("li", { class: "placeholder", "aria-hidden": "true" });
}
