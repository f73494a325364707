/** How far a run over accounts is: count, rate and, where it is shown, the time left. */
import { systemClock } from '../../core/time/clock.ts'
import type { BillingProgress } from '../../invoicing/run/billing.ts'
import type { Progress, Talk } from '../talk.ts'

/** Its total is known with the first account. */
export function billingProgress(talk: Talk, title: string) {
  const startedMs = systemClock.nowMs()
  let shown: Progress | undefined
  return {
    update({ count, total }: BillingProgress): void {
      shown ??= talk.startProgress(title, total)
      const rate = rateText(count, systemClock.nowMs() - startedMs)
      shown.update(count, `${count} of ${total} accounts${rate}`)
    },
    [Symbol.dispose]: () => shown?.stop(),
  }
}

/** `, 12.5/s`; '' while nothing can be told. */
export function rateText(count: number, elapsedMs: number): string {
  if (elapsedMs <= 0) return ''
  return `, ${Math.round((count * 10_000) / elapsedMs) / 10}/s`
}
