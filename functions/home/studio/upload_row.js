// The row of one file in an upload form: preview, caption, progress and errors.

import { newIdempotencyKey } from "./api.js";
import { announce, h, newId, setChildren } from "./dom.js";
import { fileSize } from "./formatting.js";
import { icon } from "./icons.js";
import { LIMITS } from "./limits.js";

/** `texts` are in the language of the view; `onRemove` is called when the user removes the file. */
export function uploadRow(file, { hasCaption, texts, onRemove }) {
  const preview = h("img", { alt: "", class: "preview", onerror: () => preview.classList.add("failed") });
  preview.src = URL.createObjectURL(file);
  const caption = h("input", { name: "caption", maxlength: LIMITS.captionLength, "aria-label": `${texts.caption}: ${file.name}`, placeholder: texts.caption });
  const status = h("p", { class: "muted", id: newId("status") }, fileSize(file.size));
  const bar = h("progress", { max: 1, value: 0, "aria-label": file.name, hidden: true });
  const removeButton = h("button", { type: "button", class: "icon-button", "aria-label": `${texts.remove} ${file.name}`, onclick: onRemoveClick }, icon("close"));
  const info = h("div", { class: "upload-info" }, h("p", { class: "name" }, file.name), hasCaption && caption, bar, status);
  const element = h("li", { class: "upload-row" }, preview, info, removeButton);
  let controller = new AbortController();

  function onRemoveClick() {
    controller.abort(new DOMException("Upload cancelled", "AbortError"));
    remove();
    onRemove(row);
  }

  function remove() {
    URL.revokeObjectURL(preview.src);
    element.remove();
  }

  const row = {
    element,
    file,
    remove,
    key: newIdempotencyKey(),
    isSending: false,
    get caption() {
      return caption.value.trim();
    },
    /** Mark the row as sending; returns the signal that aborts the upload. */
    start() {
      controller = new AbortController();
      row.isSending = true;
      caption.readOnly = true;
      bar.hidden = false;
      row.showProgress(0);
      return controller.signal;
    },
    showProgress(fraction) {
      bar.value = fraction;
      const isSent = fraction === 1;
      element.classList.toggle("processing", isSent);
      setChildren(status, isSent ? texts.processing : `${Math.round(fraction * 100)} % ${texts.of} ${fileSize(file.size)}`);
      status.classList.remove("error-text");
    },
    /** Prepare the next attempt. It keeps the key if there was no response: the request is the same. */
    reset(error) {
      row.key = error.status ? newIdempotencyKey() : row.key;
      row.isSending = false;
      caption.readOnly = false;
      bar.hidden = true;
      element.classList.remove("processing");
      setChildren(status, fileSize(file.size));
    },
    fail(error) {
      row.reset(error);
      setChildren(status, error.message);
      status.classList.add("error-text");
      announce(`${file.name}: ${error.message}`);
    },
  };
  return row;
}
