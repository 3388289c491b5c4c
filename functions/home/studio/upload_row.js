// One file on its way: what it looks like, what it is called, how far it is.

import { newKey } from "./api.js";
import { announce, fill, h, newId } from "./dom.js";
import { icon } from "./icons.js";

const UNITS = ["bytes", "kB", "MB", "GB"];

/** `words` names the parts in the language of the view; `onRemove` is told when it is given up. */
export function uploadRow(file, { hasCaption, words, onRemove }) {
  const preview = h("img", { alt: "", class: "preview", onerror: () => preview.classList.add("lost") });
  preview.src = URL.createObjectURL(file);
  const caption = h("input", { name: "caption", maxlength: 2000, "aria-label": `${words.caption}: ${file.name}`, placeholder: words.caption });
  const status = h("p", { class: "muted", id: newId("status") }, size(file.size));
  const bar = h("progress", { max: 1, value: 0, "aria-label": file.name, hidden: true });
  const remove = h("button", { type: "button", class: "round", "aria-label": `${words.remove} ${file.name}`, onclick: giveUp }, icon("close"));
  const middle = h("div", { class: "row-middle" }, h("p", { class: "name" }, file.name), hasCaption && caption, bar, status);
  const element = h("li", { class: "upload-row" }, preview, middle, remove);
  let stop = new AbortController();

  function giveUp() {
    stop.abort(new DOMException("Given up", "AbortError"));
    leave();
    onRemove(row);
  }

  function leave() {
    URL.revokeObjectURL(preview.src);
    element.remove();
  }

  const row = {
    element,
    file,
    leave,
    key: newKey(),
    isSending: false,
    get caption() {
      return caption.value.trim();
    },
    /** The signal that ends what is under way. */
    begin() {
      stop = new AbortController();
      row.isSending = true;
      caption.readOnly = true;
      bar.hidden = false;
      row.progress(0);
      return stop.signal;
    },
    progress(share) {
      bar.value = share;
      const isSent = share === 1;
      element.classList.toggle("developing", isSent);
      fill(status, isSent ? words.developing : `${Math.round(share * 100)} % ${words.of} ${size(file.size)}`);
      status.classList.remove("bad");
    },
    /** Wait again, with another key once there was an answer; without one it is the same request. */
    rest(error) {
      row.key = error.status ? newKey() : row.key;
      row.isSending = false;
      caption.readOnly = false;
      bar.hidden = true;
      element.classList.remove("developing");
      fill(status, size(file.size));
    },
    fail(error) {
      row.rest(error);
      fill(status, error.message);
      status.classList.add("bad");
      announce(`${file.name}: ${error.message}`);
    },
  };
  return row;
}

function size(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power && value < 10 ? 1 : 0)} ${UNITS[power]}`;
}
