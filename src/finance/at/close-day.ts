/** `tik finance close`: the figures of the end of a day, frozen with the position that they are of. */
import { z } from 'zod'
import { TikError } from '../../core/failures/errors.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { Actor } from '../../invoicing/receivables/state-history.ts'
import { cutOffOf, storeCutOff } from '../../invoicing/ledger/cut-off.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import type { FinanceParts } from '../finance-parts.ts'
import { calendarOf, financeAccounts } from './finance-accounts.ts'
import { figuresAt } from './figures-at.ts'
import type { FinanceFigures, FinancePosition } from './finance-figures.ts'
import { readSnapshot, storeSnapshot, type FinanceSnapshot } from './finance-snapshots.ts'

export interface Closing {
  readonly actor: Actor
  /** Notes that it was done, in the transaction that does it. */
  readonly note: (sql: SqlRunner, position: FinancePosition) => Promise<void>
}

/** Figures that are not frozen: of a day that is not closed, as the stores are now. */
export async function figuresNow(parts: FinanceParts, day: number): Promise<FinanceFigures> {
  await refuseToCome(parts, day)
  return figuresAt(parts, (await positionNow(parts, day)).position)
}

/**
 * Freezes the figures of a day, once; a day that is closed stays as it is. Throws `usage_error` for one that has
 * not ended for every account.
 */
export async function closeDay(
  parts: FinanceParts,
  day: number,
  { actor, note }: Closing,
): Promise<{ readonly snapshot: FinanceSnapshot; readonly isNew: boolean }> {
  const { operations, clock } = parts
  const known = await readSnapshot(operations, day)
  if (known !== undefined) return { snapshot: known, isNew: false }
  await refuseToCome(parts, day)
  const { position, cutOff } = await positionNow(parts, day)
  const figures = await figuresAt(parts, position)
  const isNew = await operations.transaction(async (sql) => {
    await storeCutOff(sql, cutOff)
    const isStored = await storeSnapshot(sql, figures, { closedMs: clock.nowMs(), actor })
    if (isStored) await note(sql, position)
    return isStored
  })
  const snapshot = await readSnapshot(operations, day)
  if (snapshot === undefined) throw new RangeError(`${dayToIso(day)} was closed and is not there`)
  return { snapshot, isNew }
}

/** Documents first: what they bill is then within the position of the ledger. */
async function positionNow(parts: FinanceParts, day: number) {
  const { operations, ledger } = parts
  const lastInvoiceId = await operations.transaction(async (sql) => {
    // Whoever finalises meanwhile is done first, so that no document comes later with a lower id.
    await sql.execute('LOCK TABLE invoices IN SHARE MODE')
    const [row] = await sql.query(
      'SELECT coalesce(max(invoice_id), 0) AS last_id FROM invoices',
      [],
      z.object({ last_id: z.int() }),
    )
    return row?.last_id ?? 0
  })
  const cutOff = cutOffOf(await ledger.positions())
  await ledger.publishCutOff(cutOff)
  const position: FinancePosition = { day, cutOffId: cutOff.cutOffId, lastInvoiceId }
  return { position, cutOff }
}

async function refuseToCome(parts: FinanceParts, day: number): Promise<void> {
  const nowMs = parts.clock.nowMs()
  const running = (await financeAccounts(parts)).find(
    (accountId) => calendarOf(parts, accountId).dayStartMs(day + 1) > nowMs,
  )
  if (running === undefined) return
  throw new TikError('usage_error', `${dayToIso(day)} has not ended for account ${running}`, {
    hint: 'ask for a day that is over',
  })
}
