// Generation jobs: followed while they are open, and told in words.

import { call } from "./api.js";

const FIRST_PAUSE = 700;
const LAST_PAUSE = 4000;
const OPEN = new Set(["queued", "submitted"]);

const watched = new Map();

export const isOpen = (job) => OPEN.has(job.state);

/** Tell `onChange` of the job now and until it has ended; all who watch one share its questions. */
export function watch(job, onChange) {
  onChange(job);
  if (!isOpen(job)) {
    return;
  }
  const watchers = watched.get(job.job_id);
  if (watchers) {
    watchers.push(onChange);
  } else {
    watched.set(job.job_id, [onChange]);
    follow(job.job_id);
  }
}

export function cancel(job) {
  return call("DELETE", `api/images/jobs/${job.job_id}`).then(tell);
}

async function follow(jobId) {
  let pause = FIRST_PAUSE;
  while (watched.has(jobId)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 1.3, LAST_PAUSE);
    await call("GET", `api/images/jobs/${jobId}`).then(tell, (error) => lose(jobId, error));
  }
}

function tell(job) {
  const watchers = watched.get(job.job_id) ?? [];
  if (!isOpen(job)) {
    watched.delete(job.job_id);
  }
  watchers.forEach((onChange) => onChange(job));
  return job;
}

/** A job that is gone is not asked for again; a lost connection is only waited out. */
function lose(jobId, error) {
  if (error.status >= 400 && error.status < 500 && error.status !== 429) {
    watched.delete(jobId);
  }
}

export function inWords(job) {
  switch (job.state) {
    case "queued":
      return job.position ? `In line, ${job.position} before it` : "Next in line";
    case "submitted":
      return job.progress === "running" ? "Developing" : "Waiting at the host";
    case "succeeded":
      return "Done";
    case "cancelled":
      return "Cancelled";
    default:
      return job.error ?? "Failed";
  }
}
