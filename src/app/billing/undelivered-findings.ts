/** E-invoices that are on their way for longer than is configured, as findings of `tik bill check`. */
import { findingOf } from '../../invoicing/check/finding-of.ts'
import { undelivered, type Undelivered } from '../../invoicing/delivery/undelivered.ts'
import type { Finding } from '../../invoicing/run/billing.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

const DAY_MS = 86_400_000

/** Longer than TIK_E_INVOICE_DAYS. */
export async function undeliveredEInvoices(desk: Desk, nowMs: number): Promise<Undelivered[]> {
  requireOperator(desk.caller)
  return undelivered(desk.operations, nowMs - desk.config.eInvoiceDays * DAY_MS)
}

/** `accountIds` undefined = of all. */
export function undeliveredFindings(
  found: readonly Undelivered[],
  days: number,
  accountIds: readonly string[] | undefined,
): Finding[] {
  return found
    .filter(({ accountId }) => accountIds?.includes(accountId) ?? true)
    .map(({ accountId, period, state, count, grossMicros }) =>
      findingOf({
        code: 'e_invoice_undelivered',
        severity: 'warning',
        subject: `${accountId} ${period}`,
        text: `${count} e-invoices are ${WORDS[state]} for more than ${days} days`,
        count,
        estimateMicros: grossMicros,
        show: `tik bill delivery --period ${period}`,
      }),
    )
}

const WORDS: Readonly<Record<Undelivered['state'], string>> = {
  written: 'written and not handed over',
  'handed-over': 'handed over and not answered',
  accepted: 'accepted',
  refused: 'refused',
}
