// What a picture shall be: prompt, style, format, and the finer settings.

import { call } from "./api.js";
import { fill, h, svg } from "./dom.js";
import { choices, field } from "./forms.js";

const CATALOG = ["prompt_examples", "styles", "formats"];
const NUMBERS = ["width", "height", "steps", "cfg_scale", "seed"];
const NONE = "";

/** A form whose `body()` is what to ask for, and `use(metadata)` asks for the same again. */
export function promptForm() {
  const prompt = h("textarea", { name: "prompt", rows: 4, placeholder: "A lighthouse in the fog, seen from the sea …" });
  const examples = h("div", { class: "examples", role: "group", "aria-label": "Examples to begin with" });
  const catalog = h("div", { class: "stack" }, h("p", { class: "muted" }, "Loading styles and formats …"));
  const form = h(
    "form",
    { class: "prompt-form" },
    field("What shall it show?", prompt),
    examples,
    catalog,
    finer(),
    h("button", { type: "submit", class: "primary large-button" }, "Generate"),
  );
  let formats = [];

  async function load() {
    const lists = CATALOG.map((name) => call("GET", `api/images/${name}?limit=50`));
    const [found, styles, sizes] = await Promise.all(lists);
    formats = sizes;
    fill(examples, found.map(example));
    fill(catalog, choices("Style", "style_id", [plain(), ...styles.map(style)], NONE), formatChoice());
  }

  function example({ title, prompt: text, category }) {
    const take = () => {
      prompt.value = text;
      prompt.focus();
    };
    return h("button", { type: "button", class: "chip", title: category, onclick: take }, title);
  }

  function formatChoice() {
    const options = formats.map((format) => ({ value: String(format.id), label: format.name, mark: outline(format), title: `${format.description} ${sides(format)}` }));
    return choices("Format", "format_id", [{ value: NONE, label: "As set below" }, ...options], options[0]?.value ?? NONE);
  }

  function use(metadata) {
    const { width, height } = metadata;
    const same = formats.find((format) => format.width === width && format.height === height);
    ["prompt", "negative_prompt", ...NUMBERS].forEach((name) => {
      form.elements[name].value = metadata[name];
    });
    choose("style_id", NONE); // its words are in the prompt already
    choose("format_id", same?.id ?? NONE);
    form.querySelector("details").open = true;
    prompt.focus();
  }

  function choose(name, value) {
    form.querySelectorAll(`[name=${name}][value="${value}"]`).forEach((radio) => {
      radio.checked = true;
    });
  }

  return { form, load, use, body: () => bodyOf(form.elements) };
}

function finer() {
  const number = (name, label, hint, step = 1) => field(label, h("input", { name, type: "number", step, inputmode: "decimal" }), hint);
  return h(
    "details",
    {},
    h("summary", {}, "Finer settings"),
    field("What it shall not show", h("textarea", { name: "negative_prompt", rows: 2 })),
    h(
      "div",
      { class: "columns" },
      number("width", "Width", "64 to 2048, without a format"),
      number("height", "Height", "64 to 2048, without a format"),
      number("steps", "Steps", "1 to 150; more take longer"),
      number("cfg_scale", "Closeness to the prompt", "0 to 30", "any"),
      number("seed", "Seed", "Empty is a new one each time"),
    ),
  );
}

/** What was left empty is left to the catalog's settings. */
function bodyOf(elements) {
  const body = { prompt: elements.prompt.value };
  if (elements.negative_prompt.value) {
    body.negative_prompt = elements.negative_prompt.value;
  }
  ["style_id", "format_id"].forEach((name) => addNumber(body, name, elements[name]?.value));
  NUMBERS.forEach((name) => addNumber(body, name, elements[name].value));
  return body.format_id ? withoutSides(body) : body;
}

function addNumber(body, name, text) {
  if (text) {
    body[name] = Number(text);
  }
}

function withoutSides({ width, height, ...rest }) {
  return rest;
}

const plain = () => ({ value: NONE, label: "None" });
const style = ({ id, name, description }) => ({ value: String(id), label: name, title: description });
const sides = ({ width, height }) => `${width} × ${height}`;

/** The shape of a format, on a square of 16. */
function outline({ width, height }) {
  const longest = Math.max(width, height);
  const [w, hi] = [(14 * width) / longest, (14 * height) / longest];
  const shape = svg("rect", { x: 8 - w / 2, y: 8 - hi / 2, width: w, height: hi, rx: 1.5 });
  return svg("svg", { viewBox: "0 0 16 16", class: "outline", "aria-hidden": "true" }, shape);
}
