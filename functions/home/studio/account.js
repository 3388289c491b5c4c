// Signing in and registering.

import { call } from "./api.js";
import { closeButton, openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { choices, field, onSubmit } from "./forms.js";
import { currentUser, onTokenNeeded, session, signIn } from "./session.js";

const MODES = [
  { value: "sign-in", label: "Sign in" },
  { value: "register", label: "Create account" },
];

/** A form that ends in a token. */
export function accountForm(username = "") {
  const inputs = {
    username: h("input", { name: "username", autocomplete: "username", value: username, autocapitalize: "none" }),
    email: h("input", { name: "email", type: "email", autocomplete: "email" }),
    password: h("input", { name: "password", type: "password", autocomplete: "current-password" }),
  };
  const email = field("E-mail", inputs.email);
  const submit = h("button", { type: "submit", class: "primary" });
  const mode = choices("Account", "mode", MODES, "sign-in");
  const form = h(
    "form",
    { class: "account-form" },
    mode,
    field("Username", inputs.username),
    email,
    field("Password", inputs.password),
    submit,
  );
  const isNew = () => form.elements.mode.value === "register";
  const arrange = () => {
    email.hidden = !isNew();
    submit.textContent = isNew() ? "Create account" : "Sign in";
    inputs.password.autocomplete = isNew() ? "new-password" : "current-password";
  };
  mode.addEventListener("change", arrange);
  arrange();
  onSubmit(form, () => enter(isNew(), inputs));
  return form;
}

async function enter(isNew, { username, email, password }) {
  const account = { username: username.value, email: email.value, password: password.value };
  if (isNew) {
    await call("POST", "auth/register", { json: account, open: true });
  }
  const form = new URLSearchParams({ username: account.username, password: account.password });
  const body = await call("POST", "auth/login", { form, open: true });
  password.value = "";
  signIn(body.access_token);
}

/** Lay the form over the page, which keeps what was typed; whether somebody signed in. */
function askOverPage() {
  return new Promise((resolve) => {
    const user = currentUser();
    const why = user ? "Your session has ended. Sign in and it goes on where it was." : "This needs an account.";
    const dialog = openDialog(
      { class: "sheet", "aria-label": "Sign in" },
      h("header", {}, h("h2", {}, user ? "Sign in again" : "Sign in"), closeButton()),
      h("p", { class: "muted" }, why),
      accountForm(user ?? ""),
    );
    let isSignedIn = false;
    const onToken = () => {
      isSignedIn = true;
      dialog.close();
    };
    session.addEventListener("token", onToken, { once: true });
    dialog.addEventListener("close", () => {
      session.removeEventListener("token", onToken);
      resolve(isSignedIn);
    });
  });
}

onTokenNeeded(askOverPage);
