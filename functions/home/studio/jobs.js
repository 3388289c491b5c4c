// Generation jobs: polling, cancellation and status texts.

import { call } from "./api.js";

const FIRST_DELAY = 700; // milliseconds
const MAX_DELAY = 4000;
const DELAY_FACTOR = 1.3;
const OPEN_STATES = new Set(["queued", "submitted"]);

const listenersByJob = new Map();

export const isOpen = (job) => OPEN_STATES.has(job.state);

/** Call `onChange` with the job now, and with every update until it ends. All listeners of a job share one poll. */
export function watchJob(job, onChange) {
  onChange(job);
  if (!isOpen(job)) {
    return;
  }
  const listeners = listenersByJob.get(job.job_id);
  if (listeners) {
    listeners.push(onChange);
  } else {
    listenersByJob.set(job.job_id, [onChange]);
    poll(job.job_id);
  }
}

export function cancelJob(job) {
  return call("DELETE", `api/images/jobs/${job.job_id}`).then(notifyListeners);
}

async function poll(jobId) {
  let delay = FIRST_DELAY;
  while (listenersByJob.has(jobId)) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    delay = Math.min(delay * DELAY_FACTOR, MAX_DELAY);
    await call("GET", `api/images/jobs/${jobId}`).then(notifyListeners, (error) => onPollError(jobId, error));
  }
}

function notifyListeners(job) {
  const listeners = listenersByJob.get(job.job_id) ?? [];
  if (!isOpen(job)) {
    listenersByJob.delete(job.job_id);
  }
  listeners.forEach((onChange) => onChange(job));
  return job;
}

/** Stop polling after a client error. Throttling, server and network errors are retried. */
function onPollError(jobId, error) {
  if (error.status >= 400 && error.status < 500 && error.status !== 429) {
    listenersByJob.delete(jobId);
  }
}

export function statusText(job) {
  switch (job.state) {
    case "queued":
      return job.position ? `Queued, ${job.position} ${job.position === 1 ? "job" : "jobs"} ahead` : "Queued, next to run";
    case "submitted":
      return job.progress === "running" ? "Generating" : "Waiting for the host";
    case "succeeded":
      return "Done";
    case "cancelled":
      return "Cancelled";
    default:
      return job.error ?? "Failed";
  }
}
