// Modal dialogs: the browser keeps the focus inside and gives it back afterwards.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Show a dialog until it is closed; it leaves the page then. */
export function openDialog(props, ...children) {
  const dialog = h("dialog", props, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function closeButton(label = "Close") {
  const close = (event) => event.currentTarget.closest("dialog").close();
  return h("button", { class: "round", type: "button", "aria-label": label, onclick: close }, icon("close"));
}

/** Whether the question was answered with `action`; what cannot be undone is asked for first. */
export function ask({ question, detail, action, cancel = "Cancel", lang }) {
  return new Promise((resolve) => {
    const answer = (value) => h("button", { value, class: value === "yes" ? "danger" : "quiet" });
    const yes = answer("yes");
    const no = answer("no");
    yes.append(action);
    no.append(cancel);
    no.autofocus = true;
    const form = h("form", { method: "dialog" }, h("h2", {}, question), h("p", {}, detail), h("div", { class: "actions" }, no, yes));
    const dialog = openDialog({ class: "question", "aria-label": question, lang }, form);
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
  });
}
