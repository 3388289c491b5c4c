// A place to drop files on, and the list of those that are to go.

import { announce, fill, h } from "./dom.js";
import { problemBox } from "./forms.js";
import { icon } from "./icons.js";
import { uploadRow } from "./upload_row.js";

const AT_ONCE = 3;

export const ENGLISH = {
  drop: "Drop pictures here",
  choose: "or choose files",
  caption: "Caption",
  remove: "Remove",
  developing: "Developing …",
  of: "of",
  done: "uploaded",
};

/**
 * `submitLabel(count)` is on the button; `extras` stand beside it.
 *
 * Files go one by one by `sendOne(row)`, several at once unless `inOrder`; or all as one by
 * `sendAll(rows)`.
 */
export function uploader({ words = ENGLISH, hint, hasCaption = false, extras, submitLabel, sendOne, sendAll, inOrder = false }) {
  const input = h("input", { type: "file", accept: "image/*", multiple: true, class: "unseen", onchange: choose });
  const title = h("span", {}, h("strong", {}, words.drop), " ", h("span", { class: "link" }, words.choose));
  const zone = h("label", { class: "drop-zone" }, input, icon("upload"), title, h("span", { class: "hint" }, hint));
  const list = h("ul", { class: "upload-rows", "aria-label": words.drop });
  const problem = problemBox();
  const submit = h("button", { type: "submit", class: "primary" });
  const foot = h("div", { class: "actions" }, extras, submit);
  const form = h("form", { class: "uploader", onsubmit: onSend }, zone, list, problem.element, foot);
  let rows = [];

  function choose() {
    addFiles(input.files);
    input.value = ""; // so that the same file can be chosen again
  }

  function addFiles(files) {
    const added = Array.from(files, (file) => uploadRow(file, { hasCaption, words, onRemove: drop }));
    rows = [...rows, ...added];
    list.append(...added.map((row) => row.element));
    arrange();
    added[0]?.element.querySelector("input, button").focus();
  }

  function drop(row) {
    rows = rows.filter((other) => other !== row);
    arrange();
    input.focus();
  }

  function done(row) {
    rows = rows.filter((other) => other !== row);
    row.leave();
    arrange();
    announce(`${row.file.name} ${words.done}`);
  }

  function arrange() {
    const waiting = rows.filter((row) => !row.isSending);
    foot.hidden = rows.length === 0;
    zone.classList.toggle("small", rows.length > 0);
    submit.hidden = waiting.length === 0;
    fill(submit, submitLabel(waiting.length));
  }

  async function onSend(event) {
    event.preventDefault();
    problem.clear();
    const waiting = rows.filter((row) => !row.isSending);
    await (sendAll ? sendTogether(waiting) : sendEach(waiting));
    arrange();
  }

  async function sendTogether(waiting) {
    const signals = waiting.map((row) => row.begin());
    arrange();
    try {
      await sendAll(waiting, AbortSignal.any(signals));
      waiting.forEach(done);
    } catch (error) {
      waiting.forEach((row) => row.rest(error));
      if (error.name !== "AbortError") {
        problem.show(error);
      }
    }
  }

  async function sendEach(waiting) {
    const queue = waiting.map((row) => [row, row.begin()]);
    arrange();
    const work = async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) {
        await sendRow(...entry);
      }
    };
    await Promise.all(Array.from({ length: inOrder ? 1 : AT_ONCE }, work));
  }

  async function sendRow(row, signal) {
    if (signal.aborted) {
      return;
    }
    try {
      await sendOne(row, signal);
      done(row);
    } catch (error) {
      if (error.name !== "AbortError") {
        row.fail(error);
        arrange();
      }
    }
  }

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    addFiles(event.dataTransfer.files);
  });
  arrange();
  return form;
}
