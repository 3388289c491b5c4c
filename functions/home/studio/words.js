// What an error says, in the words of the contract that was asked.

/** An answer that is none of those hoped for; `fields` has the words for each input. */
export class ApiError extends Error {
  constructor(status, message, fields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export const OFFLINE = "The studio cannot be reached. Check the connection and try again.";

/** The error of an answer's body, which may be of any of the contracts' shapes. */
export function errorOf(status, body, path) {
  const said = body && typeof body === "object" ? body : {};
  if (path.includes("v1/publications")) {
    return new ApiError(status, sentences(said.error, said.details) || unsaid(status));
  }
  if (Array.isArray(said.detail)) {
    return invalid(status, said.detail);
  }
  if (said.details?.error) {
    const message = said.details.error === said.message ? "" : said.message;
    const words = sentences(message, said.details.error, said.details.suggestion);
    return new ApiError(status, words, fieldsIn(said.details.error));
  }
  return new ApiError(status, said.detail || said.message || unsaid(status));
}

function invalid(status, items) {
  const fields = Object.fromEntries(items.map((item) => [item.loc.at(-1), item.msg]));
  const message = items.map((item) => `${item.loc.at(-1)}: ${item.msg}`).join("; ");
  return new ApiError(status, message, fields);
}

/** The generation contract names its fields in a text: `steps: …; width: …`. */
function fieldsIn(text) {
  const named = text.split("; ").map((part) => /^(\w+): (.+)$/.exec(part));
  return Object.fromEntries(named.filter(Boolean).map(([, name, words]) => [name, words]));
}

function sentences(...parts) {
  return parts.filter((part) => typeof part === "string" && part).join(". ");
}

function unsaid(status) {
  return status ? `The answer was ${status}, and no more` : OFFLINE;
}
