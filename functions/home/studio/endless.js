// Lists that load more while their end comes into view.

import { page } from "./api.js";
import { announce, fill, h } from "./dom.js";
import { problemBox } from "./forms.js";

const PLACEHOLDERS = 8;

/**
 * A list of all that `path` lists.
 *
 * `add(items, list)` puts a page's items into the list; `empty` is shown when there are none.
 */
export function endless({ path, label, add, empty, shape = "grid" }) {
  const list = h("ul", { class: shape, "aria-label": label });
  const nothing = h("div", { class: "empty", hidden: true }, empty);
  const problem = problemBox();
  const more = h("button", { type: "button", class: "quiet more", hidden: true, onclick: () => load() });
  const end = new IntersectionObserver(onEnd, { rootMargin: "600px" });
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
    add(found.items, list);
    next = found.next;
    more.textContent = "Show more";
    more.hidden = !next;
    check();
    if (next) {
      end.observe(more);
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
      fill(list, Array.from({ length: PLACEHOLDERS }, placeholder));
      return load();
    },
    prepend(item) {
      list.prepend(item);
      check();
    },
    remove(item, words) {
      const neighbour = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      neighbour?.querySelector("button")?.focus();
      check();
      announce(words);
    },
  };
}

function placeholder() {
  return h("li", { class: "placeholder", "aria-hidden": "true" });
}
