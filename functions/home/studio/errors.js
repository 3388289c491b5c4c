// API errors and the messages that the studio shows for them.

/** A failed request. `status` is 0 without a response; `fields` maps input names to messages. */
export class ApiError extends Error {
  constructor(status, message, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export const UNREACHABLE = "The server cannot be reached. Check your connection and try again.";

/** The error of a response. The envelope of `body` depends on the contract of `path`. */
export function errorOf(status, body, path) {
  const envelope = body && typeof body === "object" ? body : {};
  if (path.includes("v1/publications")) {
    return new ApiError(status, joinSentences(envelope.error, envelope.details) || statusMessage(status));
  }
  if (Array.isArray(envelope.detail)) {
    return validationError(status, envelope.detail);
  }
  if (envelope.details?.error) {
    const message = envelope.details.error === envelope.message ? "" : envelope.message;
    const sentences = joinSentences(message, envelope.details.error, envelope.details.suggestion);
    return new ApiError(status, sentences, fieldMessages(envelope.details.error));
  }
  return new ApiError(status, envelope.detail || envelope.message || statusMessage(status));
}

function validationError(status, items) {
  const fields = Object.fromEntries(items.map((item) => [item.loc.at(-1), item.msg]));
  const message = items.map((item) => `${item.loc.at(-1)}: ${item.msg}`).join("; ");
  return new ApiError(status, message, fields);
}

/** The generation contract lists invalid fields in one text: `steps: …; width: …`. */
function fieldMessages(text) {
  const matches = text.split("; ").map((part) => /^(\w+): (.+)$/.exec(part));
  return Object.fromEntries(matches.filter(Boolean).map(([, name, message]) => [name, message]));
}

function joinSentences(...parts) {
  return parts.filter((part) => typeof part === "string" && part).join(". ");
}

function statusMessage(status) {
  return status ? `The request failed with status ${status}.` : UNREACHABLE;
}
