// Modal dialogs. The browser keeps the focus inside and restores it afterwards.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Show a dialog; it is removed from the page when it closes. */
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
  return h("button", { class: "icon-button", type: "button", "aria-label": label, onclick: close }, icon("close"));
}

/** Request confirmation of an irreversible action; resolves to whether the user confirms it. */
export function confirmAction({ title, detail, action, cancel = "Cancel", lang }) {
  return new Promise((resolve) => {
    const confirmButton = h("button", { value: "confirm", class: "danger" }, action);
    const cancelButton = h("button", { value: "cancel", class: "subtle", autofocus: true }, cancel);
    const actions = h("div", { class: "actions" }, cancelButton, confirmButton);
    const form = h("form", { method: "dialog" }, h("h2", {}, title), h("p", {}, detail), actions);
    const dialog = openDialog({ class: "confirm-dialog", "aria-label": title, lang }, form);
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "confirm"));
  });
}
