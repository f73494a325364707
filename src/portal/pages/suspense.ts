/** Records that could not be rated: what each group may be worth, rating it once more, and giving it up. */
import { html } from 'hono/html'
import { replay } from '../../api/jobs/replay.ts'
import { waitingRecords, writeOffRecords } from '../../app/corrections/waiting-records.ts'
import { askJob } from '../../app/jobs/jobs-of.ts'
import { REJECT_REASONS, type RejectReason } from '../../core/failures/reasons.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { centsOf, HOME_TIME_ZONE, momentText } from '../parts/figures.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

export const suspensePage: Page = {
  about: 'own',
  path: '/suspense',
  right: 'operate',
  async show(asking) {
    const { ask, words, caller } = asking
    requireStaffOfOperator(caller)
    const groups = await ask(waitingRecords, {})
    const dearFirst = groups.toSorted(
      (left, right) => (right.estimate?.valueMicros ?? 0) - (left.estimate?.valueMicros ?? 0),
    )
    return {
      title: words.suspense.title,
      body:
        groups.length === 0
          ? html`<p class="empty">${words.suspense.none}</p>`
          : html`${dearFirst.map((group) => groupPart(asking, group))}`,
    }
  },
  async act({ ask, words, path, person }, form) {
    const reason = reasonOf(form['reason'])
    if (form['act'] === 'write-off') {
      const wish = { what: { allOf: reason }, by: person.name, text: form['why'] ?? '' }
      const count = await ask(writeOffRecords, wish)
      return { goTo: path, said: words.suspense.writtenOff(String(count)) }
    }
    const dryRun = form['act'] !== 'replay'
    const job = await ask(askJob, replay, { reasons: [reason], dryRun })
    return { goTo: `/jobs/${job.jobId}`, said: '' }
  },
}

function groupPart({ words, format, refused }: OwnAsking, group: RejectGroup): Html {
  const { reason, meaning, recordsCount, estimate, samples, lastRecordedMs, origins } = group
  const isRefused = refused?.['reason'] === reason
  return html`<section class="group">
    <h2>${reason} <small>${meaning}</small></h2>
    <p class="sum">
      <b class="big">${format.count(recordsCount)}</b>
      <span
        >${
          estimate === undefined
            ? words.suspense.unknown
            : words.suspense.worth(format.amount(centsOf(estimate.valueMicros)))
        }
        · ${momentText(lastRecordedMs, HOME_TIME_ZONE)} · ${origins.join(', ')}</span
      >
    </p>
    <ul class="samples">
      ${samples.map(
        ({ entryId, detail, raw }) =>
          html`<li><code>${entryId}</code> ${detail} <span class="w">${raw}</span></li>`,
      )}
    </ul>
    <form method="post" class="row">
      <input type="hidden" name="reason" value="${reason}" />
      <button name="act" value="try" class="plain">${words.suspense.try}</button>
      <button name="act" value="replay">${words.suspense.replay}</button>
    </form>
    <details class="edit" ${isRefused ? html`open` : ''}>
      <summary>${words.suspense.writeOff}</summary>
      <form method="post" class="stacked">
        <input type="hidden" name="reason" value="${reason}" />
        <label
          >${words.suspense.why}<input
            name="why"
            maxlength="500"
            required
            value="${isRefused ? (refused['why'] ?? '') : ''}"
        /></label>
        <button name="act" value="write-off">
          ${words.suspense.writeOffAll(format.count(recordsCount))}
        </button>
      </form>
    </details>
  </section>`
}

function reasonOf(text: string | undefined): RejectReason {
  const known = Object.keys(REJECT_REASONS).find((one): one is RejectReason => one === text)
  if (known !== undefined) return known
  throw new TikError('usage_error', `there is no reason "${text ?? ''}"`)
}
