// Uploads: one multipart request, or a direct upload for files that exceed the gateway's limit.

import { call, parseJson, urlOf, withToken } from "./api.js";
import { ApiError, UNREACHABLE, errorOf } from "./errors.js";

// Lambda accepts events up to 6 MB, and multipart bodies are base64-encoded in them.
const MAX_MULTIPART_BYTES = 4 * 1024 * 1024;

/**
 * Upload files as one image or story; returns the response body of the contract.
 *
 * `target`: `path` and `fileField` of the multipart request, and `directPath`.
 * `options`: `fields` are the other form fields, `key` is the Idempotency-Key, `signal` aborts, and
 * `onProgress(index, fraction)` receives the sent fraction of each file.
 */
export function upload(target, files, options) {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return bytes > MAX_MULTIPART_BYTES ? uploadDirectly(target, files, options) : uploadMultipart(target, files, options);
}

async function uploadMultipart(target, files, { fields, key, signal, onProgress }) {
  const form = new FormData();
  files.forEach((file) => form.append(target.fileField, file, file.name));
  Object.entries(fields).forEach(([name, value]) => form.append(name, String(value)));
  return withToken(async (token) => {
    const headers = { "Idempotency-Key": key, ...(token && { Authorization: `Bearer ${token}` }) };
    const request = { url: urlOf(target.path), form, headers, signal };
    const response = await postForm(request, (sentBytes) => reportProgress(files, sentBytes, onProgress));
    const body = parseJson(response.text);
    if (!response.isOk) {
      throw errorOf(response.status, body, target.path);
    }
    return body;
  });
}

/** Begin a direct upload, post each file to S3, and complete the upload. */
async function uploadDirectly(target, files, { fields, key, signal, onProgress }) {
  const fileInfos = files.map(({ name, size, type }) => ({
    name,
    size,
    content_type: type || "application/octet-stream",
  }));
  const directUpload = await call("POST", target.directPath, { json: { files: fileInfos, ...fields } });
  for (const [index, presignedForm] of directUpload.files.entries()) {
    const file = files[index];
    await postToStorage(presignedForm, file, signal, (sentBytes) => onProgress(index, Math.min(1, sentBytes / file.size)));
  }
  return call("POST", directUpload.complete_url, { headers: { "Idempotency-Key": key } });
}

async function postToStorage({ url, fields, file_field }, file, signal, onSent) {
  const form = new FormData();
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  form.append(file_field, file, file.name);
  const response = await postForm({ url, form, headers: {}, signal }, onSent);
  if (!response.isOk) {
    const message = /<Message>([^<]*)/.exec(response.text)?.[1];
    throw new ApiError(response.status, message ?? `The storage returned status ${response.status}.`);
  }
}

/** Report the progress of each file. The browser sends them in order. */
function reportProgress(files, sentBytes, onProgress) {
  let offset = 0;
  files.forEach((file, index) => {
    onProgress(index, Math.max(0, Math.min(1, (sentBytes - offset) / file.size)));
    offset += file.size;
  });
}

/** Post a form with XMLHttpRequest: fetch does not report the progress of an upload. */
function postForm({ url, form, headers, signal }, onSent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      const isOk = request.status >= 200 && request.status < 300;
      resolve({ isOk, status: request.status, text: request.responseText });
    };
    request.onerror = () => reject(new ApiError(0, UNREACHABLE));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}
