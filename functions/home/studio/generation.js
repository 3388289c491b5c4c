// The view that generates images: the form, the current job and the history of jobs.

import { call, newIdempotencyKey } from "./api.js";
import { announce, h, setChildren } from "./dom.js";
import { actionButton, errorBox, onSubmit } from "./forms.js";
import { dateTime, descriptionList } from "./formatting.js";
import { generationForm } from "./generation_form.js";
import { hostStatus } from "./host_status.js";
import { fadeInImage, tile } from "./images.js";
import { infiniteList } from "./infinite_list.js";
import { cancelJob, isOpen, statusText, watchJob } from "./jobs.js";
import { openLightbox } from "./lightbox.js";

const JOBS = "api/images/jobs?limit=24";

export function generationView() {
  const host = hostStatus();
  const request = generationForm();
  const result = h("div", { class: "result" }, h("p", { class: "muted" }, "Your image appears here."));
  const errors = errorBox();
  const history = infiniteList({
    path: JOBS,
    label: "History",
    key: (job) => job.job_id,
    render: jobItem,
    empty: [h("h2", {}, "No generated images yet"), h("p", {}, "Choose an example or write a prompt, then press Generate.")],
  });
  let key = newIdempotencyKey();

  onSubmit(request.form, async () => {
    const headers = { Prefer: "respond-async", "Idempotency-Key": key };
    try {
      onAccepted(await call("POST", "api/images/generate", { json: request.body(), headers }));
      key = newIdempotencyKey();
    } catch (error) {
      // Without a response, the next attempt must be a repetition of the same request.
      key = error.status ? newIdempotencyKey() : key;
      throw error;
    }
  });

  function onAccepted(job) {
    history.prepend([job]);
    watchJob(job, (update) => showResult(result, update));
    host.refresh();
    result.scrollIntoView({ block: "center" });
  }

  function jobItem(job) {
    const element = h("li", {});
    watchJob(job, (update) => {
      const newElement = jobTile(update, () => open(element));
      setChildren(element, ...newElement.children);
      element.slide = slideOf(update);
    });
    return element;
  }

  function open(element) {
    const elements = [...history.list.children].filter((sibling) => sibling.slide?.src);
    openLightbox(elements.map(({ slide }) => slide), elements.indexOf(element));
  }

  function slideOf(job) {
    const reuse = (dialog) => () => {
      dialog.close();
      request.fill(job.metadata);
      announce("The settings are copied to the form");
    };
    const panel = (dialog) => [
      h("h2", {}, "Generated image"),
      jobSettings(job),
      h(
        "div",
        { class: "actions" },
        h("a", { href: job.image_urls[0], target: "_blank", rel: "noreferrer" }, "Open the original"),
        h("button", { type: "button", class: "primary", onclick: reuse(dialog) }, "Use these settings again"),
      ),
    ];
    return { src: job.image_urls[0], alt: job.metadata.prompt, panel };
  }

  async function loadCatalog() {
    errors.clear();
    await request.load().catch(errors.show);
  }

  const columns = h("div", { class: "two-columns" }, h("div", { class: "card" }, errors.element, request.form), result);
  const historySection = h("section", { class: "history" }, h("h2", {}, "History"), history.element);
  let isLoaded = false;
  return {
    element: h("div", {}, host.element, columns, historySection),
    show() {
      host.refresh();
      if (!isLoaded) {
        isLoaded = true;
        loadCatalog();
        history.reload();
      }
    },
  };
}

function jobTile(job, open) {
  const label = job.metadata.prompt;
  if (job.image_urls.length) {
    return tile({ src: job.image_urls[0], alt: label, label, open });
  }
  const status = h("div", { class: isOpen(job) ? "tile job-status pending" : "tile job-status" }, h("span", {}, statusText(job)));
  return h("li", {}, status, h("p", { class: "tile-caption" }, h("span", { class: "name" }, label)));
}

/** Show the current job. An update with the same status is ignored, which keeps the focus. */
function showResult(result, job) {
  const status = statusText(job);
  if (result.dataset.shown !== status + job.job_id) {
    result.dataset.shown = status + job.job_id;
    announce(status);
    setChildren(result, ...resultContent(job, status));
  }
}

function resultContent(job, status) {
  if (job.image_urls.length) {
    return [fadeInImage(job.image_urls[0], job.metadata.prompt)];
  }
  if (!isOpen(job)) {
    return [h("div", { class: job.state === "failed" ? "error-box" : "muted" }, status)];
  }
  const errors = errorBox();
  const cancelButton = actionButton({ class: "subtle" }, "Cancel", () => cancelJob(job), errors);
  const progress = h("progress", { "aria-label": "Generating" });
  return [h("div", { class: "pending-image" }), h("p", {}, status), progress, h("p", { class: "muted prompt-text" }, job.metadata.prompt), cancelButton, errors.element];
}

function jobSettings({ metadata, created_at }) {
  return descriptionList([
    ["Prompt", metadata.prompt],
    ["Negative prompt", metadata.negative_prompt],
    ["Size", `${metadata.width} × ${metadata.height}`],
    ["Steps", metadata.steps],
    ["Guidance scale", metadata.cfg_scale],
    ["Seed", metadata.seed],
    ["Requested", dateTime(created_at)],
  ]);
}
