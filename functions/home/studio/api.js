// The public API over HTTP: addresses, tokens, errors and pages.

import { currentToken, renewed } from "./session.js";
import { ApiError, OFFLINE, errorOf } from "./words.js";

// The folder of the page: the API stands there, be it below a stage or on a domain of its own.
const BASE = new URL(".", document.baseURI);

/** The address of one of the API's paths, which may or may not name the stage already. */
export function addressOf(path) {
  const url = new URL(path, BASE);
  const isInside = url.origin !== BASE.origin || url.pathname.startsWith(BASE.pathname);
  return isInside ? url : new URL(url.pathname.slice(1) + url.search, BASE);
}

/** An answer's body; raises `ApiError`. `options`: `json`, `form`, `headers`, `open`. */
export async function call(method, path, options = {}) {
  return (await exchange(method, path, options)).body;
}

/** A page of a list, and where the next one is. */
export async function page(path) {
  const { body, headers } = await exchange("GET", path);
  const next = /<([^>]*)>;\s*rel="?next"?/.exec(headers.get("Link") ?? "");
  return { items: body, next: next?.[1] ?? null };
}

/** Do `send` with the token, and once more with a new one when that has expired. */
export async function withToken(send) {
  const used = currentToken();
  try {
    return await send(used);
  } catch (error) {
    if (error.status !== 401) {
      throw error;
    }
    const isRenewed = currentToken() !== used || (await renewed());
    if (!isRenewed) {
      throw error;
    }
    return send(currentToken());
  }
}

/** A key under which a request that is sent again is done once. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function exchange(method, path, options = {}) {
  const send = (token) => sendOnce(method, path, options, token);
  return options.open ? send(null) : withToken(send);
}

async function sendOnce(method, path, { json, form, headers = {} }, token) {
  const answer = await reach(addressOf(path), {
    method,
    body: json === undefined ? form : JSON.stringify(json),
    headers: {
      ...(json !== undefined && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const body = read(await answer.text());
  if (!answer.ok) {
    throw errorOf(answer.status, body, path);
  }
  return { body, headers: answer.headers };
}

async function reach(url, request) {
  try {
    return await fetch(url, { ...request, credentials: "omit" });
  } catch {
    throw new ApiError(0, OFFLINE);
  }
}

/** A body as JSON, or null. */
export function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
