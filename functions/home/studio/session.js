// The session of the user. This module holds the token; the tab's session storage keeps it for a
// reload and ends with the tab. The page's Content-Security-Policy blocks foreign scripts.

const STORAGE_KEY = "darkroom.token";

/** Dispatches `token` for every new token, and `change` when the user changes. */
export const session = new EventTarget();

let token = null;
let claims = {};
let pendingSignIn = null;
let signInHandler = null;

export const currentToken = () => token;
export const currentUser = () => (token ? claims.username : null);

export function signIn(newToken) {
  const previousUser = claims.username;
  token = newToken;
  claims = decodeClaims(newToken);
  sessionStorage.setItem(STORAGE_KEY, newToken);
  session.dispatchEvent(new Event("token"));
  notifyChange(previousUser);
}

export function signOut() {
  const previousUser = claims.username;
  token = null;
  claims = {};
  sessionStorage.removeItem(STORAGE_KEY);
  notifyChange(previousUser);
}

/** Restore the token after a reload, unless it has expired. */
export function restoreSession() {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  if (stored && decodeClaims(stored).exp * 1000 > Date.now()) {
    token = stored;
    claims = decodeClaims(stored);
  } else {
    sessionStorage.removeItem(STORAGE_KEY);
  }
}

/** `handler` shows the sign-in form and resolves to whether the user has signed in. */
export function setSignInHandler(handler) {
  signInHandler = handler;
}

/** Whether the user has signed in. Concurrent requests share one form. */
export function requestSignIn() {
  pendingSignIn ??= signInHandler().finally(() => {
    pendingSignIn = null;
  });
  return pendingSignIn;
}

function notifyChange(previousUser) {
  if (claims.username !== previousUser) {
    session.dispatchEvent(new Event("change"));
  }
}

function decodeClaims(jwt) {
  try {
    const payload = jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
