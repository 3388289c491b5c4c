// Ways in for files: one multipart request, or the direct upload for what the gateway cannot carry.

import { addressOf, call, read, withToken } from "./api.js";
import { ApiError, OFFLINE, errorOf } from "./words.js";

// A Lambda event ends at 6 MB, and multipart bodies travel in base64.
const MULTIPART_BYTES = 4 * 1024 * 1024;

/**
 * Upload files as one image or story; the contract's own answer.
 *
 * `target`: `path` and `field` of the multipart call, `direct` of the other.
 * `options`: `fields` beside the files, `key` for sending again, `signal` to stop, and
 * `onProgress(index, share)`, told the share of each file that has been sent.
 */
export function upload(target, files, options) {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return bytes > MULTIPART_BYTES ? direct(target, files, options) : multipart(target, files, options);
}

async function multipart(target, files, { fields, key, signal, onProgress }) {
  const form = new FormData();
  files.forEach((file) => form.append(target.field, file, file.name));
  Object.entries(fields).forEach(([name, value]) => form.append(name, String(value)));
  return withToken(async (token) => {
    const headers = { "Idempotency-Key": key, ...(token && { Authorization: `Bearer ${token}` }) };
    const request = { url: addressOf(target.path), form, headers, signal };
    const answer = await post(request, (sent) => shareOut(files, sent, onProgress));
    const body = read(answer.text);
    if (!answer.isOk) {
      throw errorOf(answer.status, body, target.path);
    }
    return body;
  });
}

/** Announce the files, post each to the store's form, and say that they are there. */
async function direct(target, files, { fields, key, signal, onProgress }) {
  const announced = files.map(({ name, size, type }) => ({
    name,
    size,
    content_type: type || "application/octet-stream",
  }));
  const begun = await call("POST", target.direct, { json: { files: announced, ...fields } });
  for (const [index, form] of begun.files.entries()) {
    const file = files[index];
    await postToStore(form, file, signal, (sent) => onProgress(index, Math.min(1, sent / file.size)));
  }
  return call("POST", begun.complete_url, { headers: { "Idempotency-Key": key } });
}

async function postToStore({ url, fields, file_field }, file, signal, onSent) {
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append(file_field, file, file.name);
  const answer = await post({ url, form, headers: {}, signal }, onSent);
  if (!answer.isOk) {
    const said = /<Message>([^<]*)/.exec(answer.text)?.[1];
    throw new ApiError(answer.status, said ?? `The store answered ${answer.status}`);
  }
}

/** Files go one after another, so what was sent fills their bars in that order. */
function shareOut(files, sent, onProgress) {
  let before = 0;
  files.forEach((file, index) => {
    onProgress(index, Math.max(0, Math.min(1, (sent - before) / file.size)));
    before += file.size;
  });
}

/** Fetch does not tell how much of a body has gone, so this is the older way. */
function post({ url, form, headers, signal }, onSent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      const isOk = request.status >= 200 && request.status < 300;
      resolve({ isOk, status: request.status, text: request.responseText });
    };
    request.onerror = () => reject(new ApiError(0, OFFLINE));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}
