// Times, sizes, counts and other values as the studio displays them.

import { h } from "./dom.js";

const DATE_TIME = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
export const MIB = 1024 ** 2; // bytes

const UNITS = ["bytes", "kB", "MB", "GB"];

export const dateTime = (timestamp) => timeElement(timestamp, DATE_TIME);
export const date = (timestamp) => timeElement(timestamp, DATE);

/** A timestamp of the API in local time; without a time zone it is UTC. */
function timeElement(timestamp, format) {
  const iso = timestamp.endsWith("Z") ? timestamp : `${timestamp}Z`;
  return h("time", { datetime: iso }, format.format(new Date(iso)));
}

export function fileSize(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power && value < 10 ? 1 : 0)} ${UNITS[power]}`;
}

export const imageCount = (count) => `${count} ${count === 1 ? "image" : "images"}`;

/** A list of `[name, value]` pairs, without those that have no value. */
export function descriptionList(pairs) {
  const filled = pairs.filter(([, value]) => value !== null && value !== "" && value !== undefined);
  return h("dl", { class: "description-list" }, filled.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
