/** Long work: what was asked for, how far it is, what came of it; and stopping it. */
import { html } from 'hono/html'
import { jobOf, jobsOf, stopJob } from '../../app/jobs/jobs-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Job } from '../../jobs/job-rows.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { HOME_TIME_ZONE, localMoment } from '../parts/figures.ts'
import { jobState } from '../parts/job-state.ts'

const SHOWN_MAX = 100
export const jobsPage: Page = {
  about: 'own',
  path: '/jobs',
  right: 'operate',
  async show(asking) {
    const { ask, words, format } = asking
    const jobs = await ask(jobsOf, { limit: SHOWN_MAX })
    return {
      title: words.jobs.title,
      body:
        jobs.length === 0
          ? html`<p class="empty">${words.jobs.none}</p>`
          : html`<div class="box">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">${words.jobs.job}</th>
                    <th scope="col">${words.jobs.asked}</th>
                    <th scope="col">${words.audit.who}</th>
                    <th scope="col">${words.warnings.state}</th>
                  </tr>
                </thead>
                <tbody>
                  ${jobs.map(
                    (job) =>
                      html`<tr>
                        <td><a href="/jobs/${job.jobId}">${job.kind} ${job.jobId}</a></td>
                        <td class="p">${localMoment(job.askedMs, HOME_TIME_ZONE, format)}</td>
                        <td>${job.askedBy}</td>
                        <td>${jobState(asking, job)}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`,
    }
  },
}

export const jobPage: Page = {
  about: 'own',
  path: '/jobs/{jobId}',
  right: 'operate',
  async show(asking) {
    const { ask, words, params } = asking
    const job = await ask(jobOf, numberOf(params['jobId']))
    const isOpen = job.state === 'waiting' || job.state === 'running'
    return {
      title: `${job.kind} ${job.jobId}`,
      body: html`<div ${isOpen ? html`data-refresh` : ''}>
        <p class="sum">${jobState(asking, job)}</p>
        ${
          isOpen
            ? html`<form method="post">
                <button name="act" value="stop" class="plain">${words.jobs.stop}</button>
              </form>`
            : ''
        }
        ${
          job.error === undefined
            ? ''
            : html`<p class="said">${job.error.message} ${job.error.hint}</p>`
        }
        ${job.remarks.map((remark) => html`<p class="note">${remark}</p>`)}
        ${resultPart(asking, job)}
      </div>`,
    }
  },
  async act({ ask, params, path, words }) {
    await ask(stopJob, numberOf(params['jobId']))
    return { goTo: path, said: words.jobs.stopping }
  },
}

/** What came of it, as the API answers it. */
function resultPart({ words }: OwnAsking, { result, wish }: Job): Html {
  return html`<h2>${words.jobs.wish}</h2>
    <pre class="box">${asText(wish)}</pre>
    ${
      result === undefined
        ? ''
        : html`<h2>${words.jobs.result}</h2>
            <pre class="box">${asText(result)}</pre>`
    }`
}

function asText(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

function numberOf(text: string | undefined): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new TikError('not_found', `there is no job ${text ?? ''}`)
}
