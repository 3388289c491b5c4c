// Form inputs with labels, hints and error messages.

import { announce, h, newId, setChildren } from "./dom.js";

/** An input with its label, a hint and space for an error message. */
export function field(label, input, hint = "") {
  input.id = newId(input.name);
  const help = h("p", { class: "hint", id: `${input.id}-hint` }, hint);
  const error = h("p", { class: "field-error", id: `${input.id}-error` });
  input.setAttribute("aria-describedby", `${help.id} ${error.id}`);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, help, error);
}

/** Radio buttons. Each option has `value`, `label` and optionally `icon` and `title`. */
export function radioGroup(legend, name, options, selected) {
  const radio = ({ value, label, icon, title }) => {
    const checked = value === selected;
    const input = h("input", { type: "radio", name, value, checked, class: "visually-hidden" });
    return h("label", { class: "radio", title }, input, h("span", {}, icon, label));
  };
  const row = h("div", { class: "button-row" }, options.map(radio));
  return h("fieldset", { class: "radio-group" }, h("legend", {}, legend), row);
}

/** An alert that is hidden until it shows an error. */
export function errorBox() {
  const element = h("div", { class: "error-box", role: "alert", hidden: true });
  return {
    element,
    show(error) {
      setChildren(element, error.message);
      element.hidden = false;
    },
    clear() {
      element.hidden = true;
      setChildren(element);
    },
  };
}

/** Run `action` when the form is submitted, and show its errors at the fields or above the button. */
export function onSubmit(form, action) {
  const errors = errorBox();
  form.querySelector("[type=submit]").before(errors.element);
  form.noValidate = true; // the API validates, with the messages of its contract
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFieldErrors(form);
    errors.clear();
    await withBusyButton(event.submitter ?? form.querySelector("[type=submit]"), async () => {
      try {
        await action();
      } catch (error) {
        if (!showFieldErrors(form, error.fields ?? {})) {
          errors.show(error);
        }
      }
    });
  });
}

/** Run `action` and mark the button as busy meanwhile; do nothing if it is busy already. */
export async function withBusyButton(button, action) {
  if (button.getAttribute("aria-busy") === "true") {
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    await action();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** A button that runs `action` and shows its error in `errors`. */
export function actionButton(props, children, action, errors) {
  const button = h("button", { type: "button", ...props }, children);
  button.addEventListener("click", () =>
    withBusyButton(button, async () => {
      errors.clear();
      await action().catch(errors.show);
    }),
  );
  return button;
}

/** Show messages at the fields of their names; whether there are any and all have a field. */
function showFieldErrors(form, messages) {
  const shown = Object.entries(messages).filter(([name, message]) => showFieldError(form, name, message));
  form.querySelector("[aria-invalid]")?.focus();
  announce(shown.map(([, message]) => message).join(". "));
  return shown.length > 0 && shown.length === Object.keys(messages).length;
}

function showFieldError(form, name, message) {
  const input = form.elements[name];
  const element = input?.id && document.getElementById(`${input.id}-error`);
  if (!element) {
    return false;
  }
  input.closest("details")?.setAttribute("open", "");
  input.setAttribute("aria-invalid", "true");
  element.textContent = message;
  return true;
}

function clearFieldErrors(form) {
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  form.querySelectorAll(".field-error").forEach((element) => setChildren(element));
}
