// A form with a drop zone for files and a row for each selected file.

import { announce, h, setChildren } from "./dom.js";
import { errorBox } from "./forms.js";
import { icon } from "./icons.js";
import { uploadRow } from "./upload_row.js";

const CONCURRENCY = 3;

const ENGLISH = {
  drop: "Drop images here",
  choose: "or choose files",
  caption: "Caption",
  remove: "Remove",
  processing: "Processing …",
  of: "of",
  done: "uploaded",
};

/**
 * `submitLabel(count)` is the text of the button; `options` are elements next to it.
 *
 * `sendOne(row, signal)` uploads one file: several at once, or one after another with `inOrder`.
 * `sendAll(rows, signal)` uploads all files in one request instead.
 */
export function uploadForm({ texts = ENGLISH, hint, hasCaption = false, options, submitLabel, sendOne, sendAll, inOrder = false }) {
  const input = h("input", { type: "file", accept: "image/*", multiple: true, class: "visually-hidden", onchange: onChoose });
  const title = h("span", {}, h("strong", {}, texts.drop), " ", h("span", { class: "link" }, texts.choose));
  const zone = h("label", { class: "drop-zone" }, input, icon("upload"), title, h("span", { class: "hint" }, hint));
  const list = h("ul", { class: "upload-rows", "aria-label": texts.drop });
  const errors = errorBox();
  const submit = h("button", { type: "submit", class: "primary" });
  const footer = h("div", { class: "actions" }, options, submit);
  const form = h("form", { class: "upload-form", onsubmit: onSend }, zone, list, errors.element, footer);
  let rows = [];

  function onChoose() {
    addFiles(input.files);
    input.value = ""; // otherwise the same file cannot be chosen again
  }

  function addFiles(files) {
    const added = Array.from(files, (file) => uploadRow(file, { hasCaption, texts, onRemove }));
    rows = [...rows, ...added];
    list.append(...added.map((row) => row.element));
    update();
    added[0]?.element.querySelector("input, button").focus();
  }

  function onRemove(removed) {
    rows = rows.filter((row) => row !== removed);
    update();
    input.focus();
  }

  function onDone(done) {
    rows = rows.filter((row) => row !== done);
    done.remove();
    update();
    announce(`${done.file.name} ${texts.done}`);
  }

  const waitingRows = () => rows.filter((row) => !row.isSending);

  function update() {
    const count = waitingRows().length;
    footer.hidden = rows.length === 0;
    zone.classList.toggle("small", rows.length > 0);
    submit.hidden = count === 0;
    setChildren(submit, submitLabel(count));
  }

  async function onSend(event) {
    event.preventDefault();
    errors.clear();
    await (sendAll ? sendTogether(waitingRows()) : sendEach(waitingRows()));
    update();
  }

  async function sendTogether(waiting) {
    const signals = waiting.map((row) => row.start());
    update();
    try {
      await sendAll(waiting, AbortSignal.any(signals));
      waiting.forEach(onDone);
    } catch (error) {
      waiting.forEach((row) => row.reset(error));
      if (error.name !== "AbortError") {
        errors.show(error);
      }
    }
  }

  async function sendEach(waiting) {
    const queue = waiting.map((row) => [row, row.start()]);
    update();
    const sendNext = async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) {
        await sendRow(...entry);
      }
    };
    await Promise.all(Array.from({ length: inOrder ? 1 : CONCURRENCY }, sendNext));
  }

  async function sendRow(row, signal) {
    if (signal.aborted) {
      return;
    }
    try {
      await sendOne(row, signal);
      onDone(row);
    } catch (error) {
      if (error.name !== "AbortError") {
        row.fail(error);
        update();
      }
    }
  }

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("drag-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("drag-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("drag-over");
    addFiles(event.dataTransfer.files);
  });
  update();
  return form;
}
