// Who is signed in. The token is in this module, and in the tab's own storage for a reload: that ends
// with the tab, and the token within the hour. Scripts from elsewhere are kept out by the page's policy.

const KEY = "darkroom.token";

/** Tells of every new `token`, and of a `change` of who is signed in. */
export const session = new EventTarget();

let token = null;
let claims = {};
let asking = null;
let askForToken = null;

export const currentToken = () => token;
export const currentUser = () => (token ? claims.username : null);

export function signIn(newToken) {
  const before = claims.username;
  token = newToken;
  claims = claimsOf(newToken);
  sessionStorage.setItem(KEY, newToken);
  session.dispatchEvent(new Event("token"));
  notify(before);
}

export function signOut() {
  const before = claims.username;
  token = null;
  claims = {};
  sessionStorage.removeItem(KEY);
  notify(before);
}

/** The token of before a reload, if it is still good. */
export function restore() {
  const kept = sessionStorage.getItem(KEY);
  if (kept && claimsOf(kept).exp * 1000 > Date.now()) {
    token = kept;
    claims = claimsOf(kept);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

/** `ask` shows the way to a new token, and resolves to whether there is one. */
export function onTokenNeeded(ask) {
  askForToken = ask;
}

/** Whether there is a new token; all that need one at once wait for one sign-in. */
export function renewed() {
  asking ??= askForToken().finally(() => {
    asking = null;
  });
  return asking;
}

function notify(before) {
  if (claims.username !== before) {
    session.dispatchEvent(new Event("change"));
  }
}

function claimsOf(jwt) {
  try {
    const payload = jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
