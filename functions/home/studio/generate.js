// Pictures from words: the form, the one that is being made, and all that were.

import { call, newKey } from "./api.js";
import { announce, fill, h } from "./dom.js";
import { endless } from "./endless.js";
import { onSubmit, problemBox, workButton } from "./forms.js";
import { hostState } from "./host.js";
import { cancel, inWords, isOpen, watch } from "./jobs.js";
import { facts, openLarge, photo, tile, time } from "./pictures.js";
import { promptForm } from "./prompt_form.js";

const JOBS = "api/images/jobs?limit=24";

export function generator() {
  const host = hostState();
  const prompt = promptForm();
  const stage = h("div", { class: "stage" }, h("p", { class: "muted" }, "Your picture comes up here."));
  const problem = problemBox();
  const history = endless({
    path: JOBS,
    label: "History",
    key: (job) => job.job_id,
    make: jobTile,
    empty: [h("h2", {}, "Nothing generated yet"), h("p", {}, "Choose an example, press Generate, and watch it develop.")],
  });
  let key = newKey();

  onSubmit(prompt.form, async () => {
    const headers = { Prefer: "respond-async", "Idempotency-Key": key };
    try {
      begin(await call("POST", "api/images/generate", { json: prompt.body(), headers }));
      key = newKey();
    } catch (error) {
      // What was answered is answered; what got lost on the way is sent again as the same request.
      key = error.status ? newKey() : key;
      throw error;
    }
  });

  function begin(job) {
    history.prepend([job]);
    watch(job, (current) => showOn(stage, current));
    host.look();
    stage.scrollIntoView({ block: "center" });
  }

  function jobTile(job) {
    const element = h("li", {});
    watch(job, (current) => {
      const drawn = drawTile(current, () => open(element));
      fill(element, ...drawn.children);
      element.frame = frameOf(current);
    });
    return element;
  }

  function open(element) {
    const elements = [...history.list.children].filter((other) => other.frame?.src);
    openLarge(elements.map(({ frame }) => frame), elements.indexOf(element));
  }

  function frameOf(job) {
    const again = (dialog) => () => {
      dialog.close();
      prompt.use(job.metadata);
      announce("The settings are in the form");
    };
    const panel = (dialog) => [
      h("h2", {}, "Generated picture"),
      settings(job),
      h(
        "div",
        { class: "actions" },
        h("a", { href: job.image_urls[0], target: "_blank", rel: "noreferrer" }, "Open the original"),
        h("button", { type: "button", class: "primary", onclick: again(dialog) }, "Use these settings again"),
      ),
    ];
    return { src: job.image_urls[0], alt: job.metadata.prompt, panel };
  }

  async function load() {
    problem.clear();
    await prompt.load().catch(problem.show);
  }

  const work = h("div", { class: "two" }, h("div", { class: "card" }, problem.element, prompt.form), stage);
  const past = h("section", { class: "past" }, h("h2", {}, "History"), history.element);
  let isLoaded = false;
  return {
    element: h("div", {}, host.element, work, past),
    show() {
      host.look();
      if (!isLoaded) {
        isLoaded = true;
        load();
        history.reload();
      }
    },
  };
}

function drawTile(job, open) {
  const label = job.metadata.prompt;
  if (job.image_urls.length) {
    return tile({ src: job.image_urls[0], alt: label, label, open });
  }
  const plate = h("div", { class: isOpen(job) ? "tile plate developing" : "tile plate" }, h("span", {}, inWords(job)));
  return h("li", {}, plate, h("p", { class: "under" }, h("span", { class: "name" }, label)));
}

/** The picture that is being made, from the queue to the wall. */
function showOn(stage, job) {
  const words = inWords(job);
  if (stage.dataset.words !== words + job.job_id) {
    stage.dataset.words = words + job.job_id;
    announce(words);
    fill(stage, ...staged(job, words));
  }
}

function staged(job, words) {
  if (job.image_urls.length) {
    return [photo(job.image_urls[0], job.metadata.prompt)];
  }
  if (!isOpen(job)) {
    return [h("div", { class: job.state === "failed" ? "problem" : "muted" }, words)];
  }
  const problem = problemBox();
  const stop = workButton({ class: "quiet" }, "Cancel", () => cancel(job), problem);
  const bar = h("progress", { "aria-label": "Generating" });
  return [h("div", { class: "tray" }), h("p", {}, words), bar, h("p", { class: "muted prompt-words" }, job.metadata.prompt), stop, problem.element];
}

function settings({ metadata, created_at }) {
  return facts([
    ["Prompt", metadata.prompt],
    ["Not", metadata.negative_prompt],
    ["Size", `${metadata.width} × ${metadata.height}`],
    ["Steps", metadata.steps],
    ["Closeness", metadata.cfg_scale],
    ["Seed", metadata.seed],
    ["Asked for", time(created_at)],
  ]);
}
