/** What needs somebody today, for who runs the installation: each with the way to mend it. */
import { html } from 'hono/html'
import { z } from 'zod'
import { verify } from '../../api/jobs/verify.ts'
import { takenFiles } from '../../app/files/taken-files.ts'
import { askJob, jobsOf } from '../../app/jobs/jobs-of.ts'
import { mailsOf, queueAgain } from '../../app/mails/mails-of.ts'
import { statusOf, type InstallationStatus } from '../../app/service/status-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, ZERO_MICROS } from '../../core/money/money.ts'
import type { SequenceReport } from '../../files/sequence-gaps.ts'
import type { Job } from '../../jobs/job-rows.ts'
import type { SourceFile } from '../../ledger/source-files.ts'
import type { ListedMail } from '../../mail/list-mails.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { centsOf, HOME_TIME_ZONE, localMoment } from '../parts/figures.ts'
import { jobState } from '../parts/job-state.ts'
import { plainTable } from '../parts/plain-table.ts'
import { questionsPart } from '../parts/open-questions.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

/** What failed longest ago is seen when what came after it is mended. */
const MAILS_SHOWN_MAX = 10

export const todayPage: Page = {
  about: 'own',
  path: '/today',
  right: 'operate',
  async show(asking) {
    const { ask, words, caller } = asking
    requireStaffOfOperator(caller)
    const [status, taken, mails, [verified]] = await Promise.all([
      ask(statusOf),
      ask(takenFiles),
      ask(mailsOf, { state: 'failed' }),
      ask(jobsOf, { kind: verify.kind, limit: 1 }),
    ])
    return {
      title: words.today.title,
      body: html`${factsPart(asking, status)} ${await questionsPart(asking)}
        ${mails.length === 0 ? '' : mailsPart(asking, mails.slice(0, MAILS_SHOWN_MAX))}
        <h2>${words.today.sources}</h2>
        ${sourcesPart(asking, taken)}
        <h2>${words.today.verify}</h2>
        ${verifyPart(asking, verified)}`,
    }
  },
  async act({ ask, path, words }, form) {
    switch (form['act']) {
      case 'resend':
        await ask(queueAgain, [form['mail'] ?? ''])
        return { goTo: path, said: words.invoiceActs.resent }
      case 'verify':
        await ask(askJob, verify, {})
        return { goTo: path, said: '' }
      case undefined:
      default:
        throw new TikError('usage_error', 'an act is resend or verify')
    }
  },
}

function factsPart({ words, format }: OwnAsking, status: InstallationStatus): Html {
  const { operations, rejects } = status
  const waiting = rejects.reduce((sum, { recordsCount }) => sum + recordsCount, 0)
  const worth = rejects.reduce(
    (sum, { estimate }) => addMicros(sum, estimate?.valueMicros ?? ZERO_MICROS),
    ZERO_MICROS,
  )
  const facts: readonly (readonly [string, number])[] = [
    [words.today.mailsFailed, operations.mailsFailedCount],
    [words.today.mailsWaiting, operations.mailsQueuedCount],
    [words.today.webhooksWaiting, operations.webhooksQueuedCount],
    [words.today.alertsBehind, status.alertsLagCount],
  ]
  return html`<dl class="facts">
    <dt>${words.today.rejects}</dt>
    <dd>
      ${
        waiting === 0
          ? format.count(0)
          : html`<a class="act" href="/suspense">${format.count(waiting)}</a>
              ${words.suspense.worth(format.amount(centsOf(worth)))}`
      }
    </dd>
    ${facts.map(
      ([name, count]) =>
        html`<dt>${name}</dt>
          <dd>${format.count(count)}</dd>`,
    )}
    <dt>${words.today.stream}</dt>
    <dd>${words.today.streams[status.stream.state] ?? status.stream.state}</dd>
  </dl>`
}

function mailsPart({ words }: OwnAsking, mails: readonly ListedMail[]): Html {
  return html`<h2>${words.today.mailsFailed}</h2>
    <ul class="plainlist">
      ${mails.map(
        ({ mailId, subject, recipient, reason, accountId }) =>
          html`<li>
            <form method="post" class="row">
              <span
                >${subject} · ${recipient}
                ${
                  accountId === ''
                    ? ''
                    : html`<a href="/accounts/${encodeURIComponent(accountId)}/timeline"
                        >${accountId}</a
                      >`
                } <small>${reason}</small></span
              >
              <input type="hidden" name="mail" value="${mailId}" />
              <button name="act" value="resend" class="plain">
                ${words.invoiceActs.resend}<span class="unseen"> ${recipient}</span>
              </button>
            </form>
          </li>`,
      )}
    </ul>`
}

/** A source a row: what came last and when, and the numbers between that never came. */
function sourcesPart(
  { words, format }: OwnAsking,
  {
    files,
    sequences,
  }: { readonly files: readonly SourceFile[]; readonly sequences: SequenceReport },
): Html {
  if (files.length === 0) return html`<p class="empty">${words.today.nothingCame}</p>`
  const bySource = Map.groupBy(files, ({ sourceId }) => sourceId)
  return plainTable(
    [
      { text: words.today.source },
      { text: words.today.file },
      { text: words.today.last },
      { text: words.usage.count, isNumber: true },
      { text: words.today.missing },
    ],
    [...bySource].map(([sourceId, own]) => {
      const last = own.reduce((newest, one) =>
        one.registeredMs >= newest.registeredMs ? one : newest,
      )
      const streams = new Set(own.map(({ stream }) => stream))
      const gaps = sequences.gaps.filter(({ stream }) => streams.has(stream))
      const records = own.reduce((sum, { recordsCount }) => sum + recordsCount, 0)
      return html`<td>${sourceId}</td>
        <td class="p">${last.name}</td>
        <td>${localMoment(last.registeredMs, HOME_TIME_ZONE, format)}</td>
        <td class="n" data-label="${words.usage.count}">${format.count(records)}</td>
        <td>
          ${
            gaps.length === 0
              ? ''
              : html`<em class="error"
                  >${gaps.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(', ')}</em
                >`
          }
        </td>`
    }),
    { caption: words.today.sources },
  )
}

const verification = z.object({
  rowsCount: z.int(),
  findingsCount: z.int(),
  findings: z.array(z.object({ place: z.string(), message: z.string() })),
})

/** What was found when everything was last rated again. */
function verifyPart(asking: OwnAsking, job: Job | undefined): Html {
  const { words, format } = asking
  const result = verification.safeParse(job?.result).data
  const isOpen = job?.state === 'waiting' || job?.state === 'running'
  return html`<div ${isOpen ? html`data-refresh` : ''}>
    ${
      job === undefined
        ? html`<p class="empty">${words.today.neverVerified}</p>`
        : html`<p>
            <a href="/jobs/${job.jobId}">${localMoment(job.askedMs, HOME_TIME_ZONE, format)}</a>
            ${
              result === undefined
                ? jobState(asking, job)
                : words.today.verified(
                    format.count(result.rowsCount),
                    format.count(result.findingsCount),
                  )
            }
          </p>`
    }
    ${
      result === undefined || result.findingsCount === 0
        ? ''
        : html`<ul class="plainlist">
            ${result.findings
              .slice(0, MAILS_SHOWN_MAX)
              .map(
                ({ place, message }) => html`<li><em class="error">${place}</em> ${message}</li>`,
              )}
          </ul>`
    }
    ${
      isOpen
        ? ''
        : html`<form method="post">
            <button name="act" value="verify" class="plain">${words.today.verifyNow}</button>
          </form>`
    }
  </div>`
}
