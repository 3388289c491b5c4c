// Requests to the public API: URLs, tokens, errors and pages.

import { ApiError, UNREACHABLE, errorOf } from "./errors.js";
import { currentToken, requestSignIn } from "./session.js";

// The folder of the page is the root of the API, below a stage or on a custom domain.
const BASE = new URL(".", document.baseURI);

/** The URL of an API path. Paths of responses may include the stage, others do not. */
export function urlOf(path) {
  const url = new URL(path, BASE);
  const isBelowBase = url.origin !== BASE.origin || url.pathname.startsWith(BASE.pathname);
  return isBelowBase ? url : new URL(url.pathname.slice(1) + url.search, BASE);
}

/** The body of a response; throws `ApiError`. `options`: `json`, `form`, `headers`, `anonymous`. */
export async function call(method, path, options = {}) {
  return (await request(method, path, options)).body;
}

/** One page of a list, and the path of the next page or null. */
export async function fetchPage(path) {
  const { body, headers } = await request("GET", path);
  const link = /<([^>]*)>;\s*rel="?next"?/.exec(headers.get("Link") ?? "");
  return { items: body, next: link?.[1] ?? null };
}

/** Call `send(token)`. After a 401, call it once more if the user signs in again. */
export async function withToken(send) {
  const token = currentToken();
  try {
    return await send(token);
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    const isRenewed = currentToken() !== token || (await requestSignIn());
    if (!isRenewed) {
      throw error;
    }
    return send(currentToken());
  }
}

/** A random Idempotency-Key. */
export function newIdempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function request(method, path, options = {}) {
  const send = (token) => sendRequest(method, path, options, token);
  return options.anonymous ? send(null) : withToken(send);
}

async function sendRequest(method, path, { json, form, headers = {} }, token) {
  const response = await fetchResponse(urlOf(path), {
    method,
    body: json === undefined ? form : JSON.stringify(json),
    headers: {
      ...(json !== undefined && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const body = parseJson(await response.text());
  if (!response.ok) {
    throw errorOf(response.status, body, path);
  }
  return { body, headers: response.headers };
}

async function fetchResponse(url, init) {
  try {
    return await fetch(url, { ...init, credentials: "omit" });
  } catch {
    throw new ApiError(0, UNREACHABLE);
  }
}

/** The value of a JSON text, or null if it is not JSON. */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
