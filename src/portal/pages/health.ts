/** What runs and what waits, the stores, and which versions: for who keeps the installation going. */
import { html } from 'hono/html'
import { catalogueInForce } from '../../app/catalogue/catalogue-in-force.ts'
import { jobsOf } from '../../app/jobs/jobs-of.ts'
import { statusOf, type InstallationStatus } from '../../app/service/status-of.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { HOME_TIME_ZONE, localMoment } from '../parts/figures.ts'
import { jobState } from '../parts/job-state.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

const JOBS_SHOWN_MAX = 20

export const healthPage: Page = {
  about: 'own',
  path: '/health',
  right: 'operate',
  async show(asking) {
    const { ask, words, caller, format } = asking
    requireStaffOfOperator(caller)
    const [status, inForce, running, waiting] = await Promise.all([
      ask(statusOf),
      ask(catalogueInForce),
      ask(jobsOf, { state: 'running', limit: JOBS_SHOWN_MAX }),
      ask(jobsOf, { state: 'waiting', limit: JOBS_SHOWN_MAX }),
    ])
    const jobs = [...running, ...waiting]
    return {
      title: words.health.title,
      body: html`<p class="note">${localMoment(status.nowMs, HOME_TIME_ZONE, format)}</p>
        <h2>${words.health.runs}</h2>
        ${
          jobs.length === 0
            ? html`<p class="empty">${words.health.idle}</p>`
            : html`<ul class="plainlist" data-refresh>
                ${jobs.map(
                  (job) =>
                    html`<li>
                      <a href="/jobs/${job.jobId}">${job.kind} ${job.jobId}</a>
                      ${jobState(asking, job)}
                    </li>`,
                )}
              </ul>`
        }
        <h2>${words.health.queues}</h2>
        ${facts(queuesOf(asking, status))}
        ${status.stream.state === 'ok' ? streamTable(asking, status.stream) : ''}
        <h2>${words.health.stores}</h2>
        ${facts([
          [words.health.ledgerRows, format.count(rowsIn(status))],
          [words.health.logs, format.count(status.ledger.partitions.length)],
          [words.health.accounts, format.count(status.operations.accountsCount)],
          [words.health.lines, format.count(status.operations.subscriptionsCount)],
          [words.health.balances, format.count(status.ledger.balancesCount)],
        ])}
        <h2>${words.health.versions}</h2>
        ${facts([
          ['tik', asking.version],
          ['Node.js', process.versions.node],
          [words.catalogue.title, inForce.key],
        ])}`,
    }
  },
}

function queuesOf(
  { words, format }: OwnAsking,
  { operations, alertsLagCount, stream, limitMails, rejects }: InstallationStatus,
): (readonly [string, string])[] {
  const oldest =
    operations.oldestMailMs === undefined
      ? ''
      : ` (${localMoment(operations.oldestMailMs, HOME_TIME_ZONE, format)})`
  return [
    [words.today.mailsWaiting, `${format.count(operations.mailsQueuedCount)}${oldest}`],
    [words.today.mailsFailed, format.count(operations.mailsFailedCount)],
    [words.today.webhooksWaiting, format.count(operations.webhooksQueuedCount)],
    [words.today.alertsBehind, format.count(alertsLagCount)],
    [words.health.limitMails, format.count(limitMails.reduce((sum, { count }) => sum + count, 0))],
    [
      words.today.rejects,
      format.count(rejects.reduce((sum, { recordsCount }) => sum + recordsCount, 0)),
    ],
    [words.today.stream, words.today.streams[stream.state] ?? stream.state],
  ]
}

function facts(all: readonly (readonly [string, string])[]): Html {
  return html`<dl class="facts">
    ${all.map(
      ([name, text]) =>
        html`<dt>${name}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`
}

function streamTable(
  { words, format }: OwnAsking,
  { partitions }: Extract<InstallationStatus['stream'], { state: 'ok' }>,
): Html {
  return plainTable(
    [
      { text: words.health.stage },
      { text: words.health.topic },
      { text: words.health.behind, isNumber: true },
    ],
    partitions.map(
      ({ stage, topic, partition, lagCount }) =>
        html`<td>${stage}</td>
          <td class="p">${topic}/${partition}</td>
          <td class="n">${format.count(lagCount)}</td>`,
    ),
    { caption: words.health.queues },
  )
}

function rowsIn({ ledger }: InstallationStatus): number {
  return ledger.partitions.reduce((sum, { rowsCount }) => sum + rowsCount, 0)
}
