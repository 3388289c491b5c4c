// The form for a generation request: prompt, style, format and advanced settings.

import { call } from "./api.js";
import { h, setChildren, svg } from "./dom.js";
import { field, radioGroup } from "./forms.js";
import { LIMITS } from "./limits.js";

const CATALOG = ["prompt_examples", "styles", "formats"];
const NUMBERS = ["width", "height", "steps", "cfg_scale", "seed"];
const NONE = "";

/** `load()` adds the catalog, `body()` is the request body, `fill(metadata)` copies a job's settings. */
export function generationForm() {
  const prompt = h("textarea", { name: "prompt", rows: 4, placeholder: "A lighthouse in the fog, seen from the sea …" });
  const examples = h("div", { class: "examples", role: "group", "aria-label": "Example prompts" });
  const catalog = h("div", { class: "stack" }, h("p", { class: "muted" }, "Loading styles and formats …"));
  const form = h(
    "form",
    { class: "generation-form" },
    field("Prompt", prompt, "Describe the image."),
    examples,
    catalog,
    advancedSettings(),
    h("button", { type: "submit", class: "primary full-width" }, "Generate"),
  );
  let formats = [];

  async function load() {
    const requests = CATALOG.map((name) => call("GET", `api/images/${name}?limit=50`));
    const [promptExamples, styles, formatRows] = await Promise.all(requests);
    formats = formatRows;
    setChildren(examples, promptExamples.map(exampleButton));
    setChildren(catalog, radioGroup("Style", "style_id", [noStyle(), ...styles.map(styleOption)], NONE), formatChoice());
  }

  function exampleButton({ title, prompt: text, category }) {
    const useExample = () => {
      prompt.value = text;
      prompt.focus();
    };
    return h("button", { type: "button", class: "chip", title: category, onclick: useExample }, title);
  }

  function formatChoice() {
    const options = formats.map((format) => ({ value: String(format.id), label: format.name, icon: shapeIcon(format), title: `${format.description} ${dimensions(format)}` }));
    return radioGroup("Format", "format_id", [{ value: NONE, label: "Custom size" }, ...options], options[0]?.value ?? NONE);
  }

  function fill(metadata) {
    const { width, height } = metadata;
    const sameSize = formats.find((format) => format.width === width && format.height === height);
    ["prompt", "negative_prompt", ...NUMBERS].forEach((name) => {
      form.elements[name].value = metadata[name];
    });
    select("style_id", NONE); // the prompt already contains the text of the style
    select("format_id", sameSize?.id ?? NONE);
    form.querySelector("details").open = true;
    prompt.focus();
  }

  function select(name, value) {
    form.querySelectorAll(`[name=${name}][value="${value}"]`).forEach((radio) => {
      radio.checked = true;
    });
  }

  return { form, load, fill, body: () => requestBody(form.elements) };
}

function advancedSettings() {
  const number = (name, label, hint, step = 1) => field(label, h("input", { name, type: "number", step, inputmode: "decimal" }), hint);
  return h(
    "details",
    {},
    h("summary", {}, "Advanced settings"),
    field("Negative prompt", h("textarea", { name: "negative_prompt", rows: 2 }), "Describe what the image must not show."),
    h(
      "div",
      { class: "field-grid" },
      number("width", "Width", `${LIMITS.minSide} to ${LIMITS.maxSide} pixels; used with a custom size`),
      number("height", "Height", `${LIMITS.minSide} to ${LIMITS.maxSide} pixels; used with a custom size`),
      number("steps", "Steps", `1 to ${LIMITS.maxSteps}; more steps take longer`),
      number("cfg_scale", "Guidance scale", `0 to ${LIMITS.maxCfgScale}; higher values follow the prompt more closely`, "any"),
      number("seed", "Seed", "Leave empty for a random seed"),
    ),
  );
}

/** Empty inputs are omitted: the API uses the catalog's settings for them. */
function requestBody(elements) {
  const body = { prompt: elements.prompt.value };
  if (elements.negative_prompt.value) {
    body.negative_prompt = elements.negative_prompt.value;
  }
  ["style_id", "format_id"].forEach((name) => addNumber(body, name, elements[name]?.value));
  NUMBERS.forEach((name) => addNumber(body, name, elements[name].value));
  return body.format_id ? withoutSize(body) : body;
}

function addNumber(body, name, text) {
  if (text) {
    body[name] = Number(text);
  }
}

function withoutSize({ width, height, ...rest }) {
  return rest;
}

const noStyle = () => ({ value: NONE, label: "None" });
const styleOption = ({ id, name, description }) => ({ value: String(id), label: name, title: description });
const dimensions = ({ width, height }) => `${width} × ${height}`;

/** The shape of a format in a 16 x 16 view box. */
function shapeIcon(format) {
  const scale = 14 / Math.max(format.width, format.height);
  const [width, height] = [format.width * scale, format.height * scale];
  const shape = svg("rect", { x: 8 - width / 2, y: 8 - height / 2, width, height, rx: 1.5 });
  return svg("svg", { viewBox: "0 0 16 16", class: "format-shape", "aria-hidden": "true" }, shape);
}
