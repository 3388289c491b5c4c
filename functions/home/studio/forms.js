// Inputs with their labels, and errors that stand where they belong.

import { announce, fill, h, newId } from "./dom.js";

/** An input under its label, with room for a hint and for what is wrong with it. */
export function field(label, input, hint = "") {
  input.id = newId(input.name);
  const help = h("p", { class: "hint", id: `${input.id}-hint` }, hint);
  const error = h("p", { class: "field-error", id: `${input.id}-error` });
  input.setAttribute("aria-describedby", `${help.id} ${error.id}`);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, help, error);
}

/** One of several, as radio buttons; each option has `value`, `label`, and maybe a `mark`. */
export function choices(legend, name, options, chosen) {
  const option = ({ value, label, mark, title }) => {
    const checked = value === chosen;
    const radio = h("input", { type: "radio", name, value, checked, class: "unseen" });
    return h("label", { class: "choice", title }, radio, h("span", {}, mark, label));
  };
  const all = h("div", { class: "choice-row" }, options.map(option));
  return h("fieldset", { class: "choices" }, h("legend", {}, legend), all);
}

/** A place for an error. */
export function problemBox() {
  const element = h("div", { class: "problem", role: "alert", hidden: true });
  return {
    element,
    show(error) {
      fill(element, error.message);
      element.hidden = false;
    },
    clear() {
      element.hidden = true;
      fill(element);
    },
  };
}

/** Let a form do `work` when it is sent, once at a time, and say what went wrong where it did. */
export function onSubmit(form, work) {
  const problem = problemBox();
  form.querySelector("[type=submit]").before(problem.element);
  form.noValidate = true; // the contract says what is wrong, in its own words
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFields(form);
    problem.clear();
    await whileBusy(event.submitter ?? form.querySelector("[type=submit]"), async () => {
      try {
        await work();
      } catch (error) {
        const isPlaced = showFields(form, error.fields ?? {});
        if (!isPlaced) {
          problem.show(error);
        }
      }
    });
  });
}

/** Do `work` unless the button is at it already. */
export async function whileBusy(button, work) {
  if (button.getAttribute("aria-busy") === "true") {
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** A button that does `work`, and shows in `problem` what hinders it. */
export function workButton(props, children, work, problem) {
  const button = h("button", { type: "button", ...props }, children);
  button.addEventListener("click", () =>
    whileBusy(button, async () => {
      problem.clear();
      await work().catch(problem.show);
    }),
  );
  return button;
}

/** Whether every error was said at its input. */
function showFields(form, errors) {
  const shown = Object.entries(errors).filter(([name, words]) => showField(form, name, words));
  form.querySelector("[aria-invalid]")?.focus();
  announce(shown.map(([, words]) => words).join(". "));
  return shown.length > 0 && shown.length === Object.keys(errors).length;
}

function showField(form, name, words) {
  const input = form.elements[name];
  const place = input?.id && document.getElementById(`${input.id}-error`);
  if (!place) {
    return false;
  }
  input.closest("details")?.setAttribute("open", "");
  input.setAttribute("aria-invalid", "true");
  place.textContent = words;
  return true;
}

function clearFields(form) {
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  form.querySelectorAll(".field-error").forEach((place) => fill(place));
}
