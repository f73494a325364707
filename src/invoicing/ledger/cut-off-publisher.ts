/** Makes sure that ClickHouse has the cut-offs that a span names, once for each in one command. */
import type { BillingParts } from '../run/billing.ts'
import { readCutOff } from './cut-off.ts'
import type { InvoiceSpan } from './invoice-ledger.ts'

export type PublishCutOffs = (
  span: Pick<InvoiceSpan, 'cutOffId' | 'lateAfterCutOffId'>,
) => Promise<void>

/** `known` are ids that are published already. */
export function cutOffPublisher(
  { operations, ledger }: Pick<BillingParts, 'operations' | 'ledger'>,
  known: readonly string[] = [],
): PublishCutOffs {
  const published = new Set(['', ...known])
  return async (span) => {
    for (const cutOffId of [span.cutOffId, span.lateAfterCutOffId]) {
      if (published.has(cutOffId)) continue
      await ledger.publishCutOff(await readCutOff(operations, cutOffId))
      published.add(cutOffId)
    }
  }
}
