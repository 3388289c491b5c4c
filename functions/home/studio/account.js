// The form to sign in or to create an account.

import { call } from "./api.js";
import { closeButton, openDialog } from "./dialogs.js";
import { h } from "./dom.js";
import { field, onSubmit, radioGroup } from "./forms.js";
import { currentUser, session, setSignInHandler, signIn } from "./session.js";

const MODES = [
  { value: "sign-in", label: "Sign in" },
  { value: "register", label: "Create account" },
];

export function accountForm(username = "") {
  const inputs = {
    username: h("input", { name: "username", autocomplete: "username", value: username, autocapitalize: "none" }),
    email: h("input", { name: "email", type: "email", autocomplete: "email" }),
    password: h("input", { name: "password", type: "password", autocomplete: "current-password" }),
  };
  const email = field("E-mail", inputs.email);
  const submit = h("button", { type: "submit", class: "primary" });
  const mode = radioGroup("Account", "mode", MODES, "sign-in");
  const form = h(
    "form",
    { class: "account-form" },
    mode,
    field("Username", inputs.username),
    email,
    field("Password", inputs.password),
    submit,
  );
  const isNewAccount = () => form.elements.mode.value === "register";
  const updateForm = () => {
    email.hidden = !isNewAccount();
    submit.textContent = isNewAccount() ? "Create account" : "Sign in";
    inputs.password.autocomplete = isNewAccount() ? "new-password" : "current-password";
  };
  mode.addEventListener("change", updateForm);
  updateForm();
  onSubmit(form, () => submitAccount(isNewAccount(), inputs));
  return form;
}

async function submitAccount(isNewAccount, { username, email, password }) {
  const account = { username: username.value, email: email.value, password: password.value };
  if (isNewAccount) {
    await call("POST", "auth/register", { json: account, anonymous: true });
  }
  const form = new URLSearchParams({ username: account.username, password: account.password });
  const body = await call("POST", "auth/login", { form, anonymous: true });
  password.value = "";
  signIn(body.access_token);
}

/** Show the form in a dialog, so that the page keeps its inputs. Resolves to whether the user has signed in. */
function openSignInDialog() {
  return new Promise((resolve) => {
    const user = currentUser();
    const reason = user ? "Your session has expired. Sign in again to continue." : "Sign in or create an account to continue.";
    const dialog = openDialog(
      { class: "sign-in-dialog", "aria-label": "Sign in" },
      h("header", {}, h("h2", {}, user ? "Sign in again" : "Sign in"), closeButton()),
      h("p", { class: "muted" }, reason),
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

setSignInHandler(openSignInDialog);
