// The status of the ComfyUI host, and a button to start it.

import { call } from "./api.js";
import { h, setChildren } from "./dom.js";
import { errorBox, withBusyButton } from "./forms.js";

const PATH = "api/images/comfyui";
const REFRESH_SECONDS = 4; // while the host starts

/** The status line. `refresh()` requests the status again. */
export function hostStatus() {
  const dot = h("span", { class: "status-dot" });
  const text = h("span", {}, "Checking the host …");
  const startButton = h("button", { type: "button", class: "small", hidden: true, onclick: startHost }, "Start the host");
  const errors = errorBox();
  let timer = null;

  async function refresh() {
    clearTimeout(timer);
    try {
      show(await call("GET", `${PATH}/status`));
    } catch (error) {
      errors.show(error);
    }
  }

  function show({ status, message }) {
    errors.clear();
    dot.dataset.status = status;
    setChildren(text, message);
    startButton.hidden = status === "running" || status === "starting";
    if (status === "starting") {
      timer = setTimeout(refresh, REFRESH_SECONDS * 1000);
    }
  }

  async function startHost() {
    await withBusyButton(startButton, async () => {
      dot.dataset.status = "starting";
      setChildren(text, "Starting …");
      try {
        const { message } = await call("POST", `${PATH}/start`);
        setChildren(text, message);
        await refresh();
      } catch (error) {
        await refresh();
        errors.show(error);
      }
    });
  }

  const line = h("p", { class: "host-text", role: "status" }, dot, text);
  return { element: h("div", { class: "host-status" }, line, startButton, errors.element), refresh };
}
