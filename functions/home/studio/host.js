// The host that makes the pictures: how it is, and the way to start it.

import { call } from "./api.js";
import { fill, h } from "./dom.js";
import { problemBox, whileBusy } from "./forms.js";

const PATH = "api/images/comfyui";
const COMING_SECONDS = 4;

/** A line about the host; `look` asks it again. */
export function hostState() {
  const dot = h("span", { class: "dot" });
  const words = h("span", {}, "Looking for the host …");
  const start = h("button", { type: "button", class: "small", hidden: true, onclick: startHost }, "Start the host");
  const problem = problemBox();
  let timer = null;

  async function look() {
    clearTimeout(timer);
    try {
      show(await call("GET", `${PATH}/status`));
    } catch (error) {
      problem.show(error);
    }
  }

  function show({ status, message }) {
    problem.clear();
    dot.dataset.status = status;
    fill(words, message);
    start.hidden = status === "running" || status === "starting";
    if (status === "starting") {
      timer = setTimeout(look, COMING_SECONDS * 1000);
    }
  }

  async function startHost() {
    await whileBusy(start, async () => {
      dot.dataset.status = "starting";
      fill(words, "Starting …");
      try {
        const { message } = await call("POST", `${PATH}/start`);
        fill(words, message);
        await look();
      } catch (error) {
        await look();
        problem.show(error);
      }
    });
  }

  const line = h("p", { class: "host", role: "status" }, dot, words);
  return { element: h("div", { class: "host-box" }, line, start, problem.element), look };
}
