/** Records that could not be rated: what each group may be worth, rating it once more, and giving it up. */
import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import { replay } from '../../api/jobs/replay.ts'
import { waitingRecords, writeOffRecords } from '../../app/corrections/waiting-records.ts'
import { takeEvent } from '../../app/directory/take-event.ts'
import { askJob } from '../../app/jobs/jobs-of.ts'
import { REJECT_REASONS, type RejectReason } from '../../core/failures/reasons.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { Done, Form, Html, OwnAsking, Page } from '../page.ts'
import { centsOf, HOME_TIME_ZONE, localMoment, momentText } from '../parts/figures.ts'
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
  async act(asking, form) {
    const { ask, words, path, person } = asking
    if (form['act'] === 'assign') return assign(asking, form)
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
        · ${localMoment(lastRecordedMs, HOME_TIME_ZONE, format)} · ${origins.join(', ')}</span
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
    ${MENDED_BY_A_NUMBER.has(reason) ? assignForm(words, isRefused ? refused : undefined, group) : ''}
    <details class="edit" ${isRefused && refused['act'] === 'write-off' ? html`open` : ''}>
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

/** Of whose number it is, nobody is known. */
const MENDED_BY_A_NUMBER: ReadonlySet<string> = new Set<RejectReason>([
  'served_unknown',
  'subscription_inactive',
])

function assignForm(
  words: OwnAsking['words'],
  refused: Form | undefined,
  { reason, firstStartMs }: RejectGroup,
): Html {
  const isOpen = refused?.['act'] === 'assign'
  const since = firstStartMs === 0 ? '' : momentText(firstStartMs, HOME_TIME_ZONE).slice(0, 10)
  const value = (name: string, otherwise = ''): string => refused?.[name] ?? otherwise
  return html`<details class="edit" ${isOpen ? html`open` : ''}>
    <summary>${words.suspense.mend}</summary>
    <form method="post" class="stacked">
      <input type="hidden" name="reason" value="${reason}" />
      <label
        >${words.suspense.number}<input
          name="number"
          maxlength="40"
          required
          value="${value('number')}"
      /></label>
      <label
        >${words.suspense.subscription}<input
          name="subscription"
          maxlength="200"
          required
          value="${value('subscription')}"
      /></label>
      <label
        >${words.suspense.since}<input
          type="date"
          name="since"
          required
          value="${value('since', since)}"
      /></label>
      <button name="act" value="assign">${words.suspense.assign}</button>
    </form>
  </details>`
}

/** As another system would tell of it: an event that is kept, or refused as a whole. */
async function assign({ ask, words, path }: OwnAsking, form: Form): Promise<Done> {
  const { number = '', subscription = '', since = '' } = form
  const event = { type: 'port-in', subscription, at: `${since}T00:00`, number: number.trim() }
  const id = `portal-${createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 24)}`
  const { state, detail } = await ask(takeEvent, { id, ...event })
  if (state === 'refused') throw new TikError('usage_error', detail)
  return { goTo: path, said: words.suspense.assigned(number, subscription) }
}

function reasonOf(text: string | undefined): RejectReason {
  const known = Object.keys(REJECT_REASONS).find((one): one is RejectReason => one === text)
  if (known !== undefined) return known
  throw new TikError('usage_error', `there is no reason "${text ?? ''}"`)
}
