/** What stands on the first page beside sums: the same day of the period before, and what waits for somebody. */
import { html } from 'hono/html'
import { questionsOf } from '../../app/questions/questions-of.ts'
import { blockRequestsOf } from '../../app/limits/sim-blocks.ts'
import { daysOf } from '../../app/usage/usage-reports.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { systemClock } from '../../core/time/clock.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import type { AccountAsking, Html } from '../page.ts'
import { periodBefore, type ShownPeriod } from './period-corner.ts'
import { selectionOf } from './selection.ts'

const WAITING_MAX = 200

/** What the period before had cost by the same day of it; all of it, beside a period that is over. */
export async function sameDayBefore(asking: AccountAsking, shown: ShownPeriod): Promise<Micros> {
  const { ask, account } = asking
  const before = periodBefore(asking, shown)
  const days = await ask(daysOf, selectionOf(asking, before), account.timeZone)
  const today = accountCalendar(account).dayAt(systemClock.nowMs()).day
  const daysCount = shown.isCurrent ? today - shown.period.startDay : Infinity
  return days
    .filter(({ day }) => day - before.period.startDay <= daysCount)
    .reduce((sum, { amountMicros }) => addMicros(sum, amountMicros), ZERO_MICROS)
}

/** Blocks that the operator has not answered, and questions that wait for the reader. */
export async function whatWaits(asking: AccountAsking): Promise<Html | ''> {
  const { ask, words, format, account, caller } = asking
  const { accountId } = account
  const base = `/accounts/${encodeURIComponent(accountId)}`
  const [blocks, answered] = await Promise.all([
    caller.rights.has('see-usage') ? ask(blockRequestsOf, { accountId, state: 'requested' }) : [],
    ask(questionsOf, { accountId, state: 'answered', limit: WAITING_MAX }),
  ])
  if (blocks.length === 0 && answered.length === 0) return ''
  return html`<section>
    <h2>${words.view.waits}</h2>
    <ul class="plainlist">
      ${
        blocks.length === 0
          ? ''
          : html`<li>
              <a class="act" href="${base}/sims?status=waiting"
                >${words.view.blocksWait(format.count(blocks.length))}</a
              >
            </li>`
      }
      ${
        answered.length === 0
          ? ''
          : html`<li>
              <a class="act" href="${base}/questions"
                >${words.view.answersWait(format.count(answered.length))}</a
              >
            </li>`
      }
    </ul>
  </section>`
}
