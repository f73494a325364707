/** How far a job is, in words and as a bar. */
import { html } from 'hono/html'
import type { Job } from '../../jobs/job-rows.ts'
import type { Html, OwnAsking } from '../page.ts'

export function jobState({ words, format }: OwnAsking, { state, progress }: Job): Html {
  const name = words.jobs.states[state] ?? state
  if (state !== 'running' || progress === undefined) return html`<span>${name}</span>`
  const { title, done, total, note } = progress
  return html`<span
    >${name}: ${title} ${format.count(done)} / ${format.count(total)} ${note}
    <progress max="${Math.max(1, total)}" value="${done}" aria-label="${title}"></progress
  ></span>`
}
