// Lists that load the next page when the user scrolls to their end.

import { fetchPage } from "./api.js";
import { announce, h, setChildren } from "./dom.js";
import { errorBox } from "./forms.js";

const PLACEHOLDERS = 8;

/**
 * A list of the items of `path`, each shown once.
 *
 * `key(item)` identifies an item. `render(item)` returns its element, or null if it has changed an
 * existing one. `empty` is shown if there are no items.
 */
export function infiniteList({ path, label, key, render, empty, layout = "grid" }) {
  const list = h("ul", { class: layout, "aria-label": label });
  const emptyState = h("div", { class: "empty-state", hidden: true }, empty);
  const errors = errorBox();
  const more = h("button", { type: "button", class: "subtle load-more", hidden: true, onclick: () => load() });
  const endObserver = new IntersectionObserver(onEnd, { rootMargin: "600px" });
  const shownKeys = new Set();
  let nextPath = path;
  let reloadCount = 0; // pages that were requested before the last reload are ignored
  let isLoading = false;

  function onEnd(entries) {
    if (entries.some((entry) => entry.isIntersecting)) {
      load();
    }
  }

  async function load() {
    if (isLoading || !nextPath) {
      return;
    }
    isLoading = true;
    const startCount = reloadCount;
    endObserver.disconnect();
    errors.clear();
    list.setAttribute("aria-busy", "true");
    try {
      const page = await fetchPage(nextPath);
      if (startCount === reloadCount) {
        showPage(page);
      }
    } catch (error) {
      if (startCount === reloadCount) {
        showError(error);
      }
    } finally {
      if (startCount === reloadCount) {
        isLoading = false;
        list.removeAttribute("aria-busy");
      }
    }
  }

  function showPage(page) {
    removePlaceholders();
    page.items.forEach((item) => insert(item, (element) => list.append(element)));
    nextPath = page.next;
    more.textContent = "Show more";
    more.hidden = !nextPath;
    updateEmptyState();
    if (nextPath) {
      endObserver.observe(more);
    }
  }

  function insert(item, addToList) {
    if (shownKeys.has(key(item))) {
      return;
    }
    shownKeys.add(key(item));
    const element = render(item);
    if (element) {
      addToList(element);
    }
  }

  function showError(error) {
    removePlaceholders();
    errors.show(error);
    more.textContent = "Try again";
    more.hidden = false;
  }

  function removePlaceholders() {
    list.querySelectorAll(".placeholder").forEach((element) => element.remove());
  }

  function updateEmptyState() {
    emptyState.hidden = list.childElementCount > 0;
  }

  return {
    element: h("div", { class: "infinite-list" }, list, emptyState, errors.element, more),
    list,
    reload() {
      reloadCount += 1;
      isLoading = false;
      nextPath = path;
      emptyState.hidden = true;
      shownKeys.clear();
      setChildren(list, Array.from({ length: PLACEHOLDERS }, placeholder));
      return load();
    },
    prepend(items) {
      items.forEach((item) => insert(item, (element) => list.prepend(element)));
      updateEmptyState();
    },
    remove(element, announcement) {
      const neighbour = element.nextElementSibling ?? element.previousElementSibling;
      element.remove();
      neighbour?.querySelector("button")?.focus();
      updateEmptyState();
      announce(announcement);
    },
  };
}

function placeholder() {
  return h("li", { class: "placeholder", "aria-hidden": "true" });
}
