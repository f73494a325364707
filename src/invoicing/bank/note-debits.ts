/**
 * What a bank says of our own direct debits. The money comes with the id of a collection or as the total of a part of a
 * batch, which is paid to the cent; a return names its collection, opens its invoice again and lets it be collected
 * once more. Inside a transaction of the caller.
 */
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { collectedByIds, noteDebitReturn, type Collected } from '../debit/debit-rows.ts'
import { paymentByReference } from '../receivables/payment-rows.ts'
import { payInvoice, reverse, type TakenBack } from '../receivables/payments.ts'
import type { Actor } from '../receivables/state-history.ts'
import type { BankEntry } from './bank-entry.ts'

interface Noted {
  readonly actor: Actor
  readonly nowMs: number
}

/** Collections that an entry brings the money of, all of it; none where it is of something else. */
export async function collectionsPaidBy(
  sql: SqlRunner,
  { ids, batchId, amountMicros, currency }: BankEntry,
): Promise<Collected[]> {
  if (currency !== 'EUR') return []
  const found = await collectedByIds(sql, batchId === '' ? ids : [...ids, batchId])
  const named = found.filter(({ endToEndId }) => ids.includes(endToEndId))
  const meant = named.length > 0 ? named : found
  const sum = meant.reduce((total, each) => total + each.amountMicros, 0)
  if (sum !== amountMicros) return []
  for (const { partnerId, endToEndId } of meant) {
    const reference = debitReference(endToEndId)
    if ((await paymentByReference(sql, partnerId, reference)) !== undefined) return []
  }
  return meant
}

/** Each invoice by a payment of its own, once; returns their numbers. */
export async function payCollections(
  sql: SqlRunner,
  collections: readonly Collected[],
  { bookedDay: onDay }: BankEntry,
  noted: Noted,
): Promise<string[]> {
  const numbers: string[] = []
  for (const { invoiceId, endToEndId, amountMicros } of collections) {
    const reference = debitReference(endToEndId)
    const paid = await payInvoice(sql, invoiceId, { ...noted, amountMicros, onDay, reference })
    numbers.push(paid.number)
  }
  return numbers
}

/** The collection that a return is of: named by its id, of its amount, and not returned before. */
export async function collectionReturnedBy(
  sql: SqlRunner,
  { ids, amountMicros }: BankEntry,
): Promise<Collected | undefined> {
  const found = await collectedByIds(sql, ids)
  return found.find(
    (each) =>
      ids.includes(each.endToEndId) && each.amountMicros === amountMicros && !each.isReturned,
  )
}

/** Notes it, and takes the money from its invoice where that was paid by it. */
export async function takeBackCollection(
  sql: SqlRunner,
  { endToEndId, partnerId }: Collected,
  entry: BankEntry,
  {
    entryId,
    reference,
    ...noted
  }: Noted & { readonly entryId: number; readonly reference: string },
): Promise<readonly TakenBack[] | undefined> {
  const { bookedDay: onDay, returnReason: reasonCode, amountMicros } = entry
  await noteDebitReturn(sql, endToEndId, { ...noted, reasonCode, onDay, bankEntryId: entryId })
  const payment = await paymentByReference(sql, partnerId, debitReference(endToEndId))
  if (payment === undefined) return undefined
  const original = { ...payment, partnerId }
  const reversal = { ...noted, amountMicros, onDay, reference, bankEntryId: entryId }
  return (await reverse(sql, original, reversal)).taken
}

/** Under which the payment of a collection is noted. */
function debitReference(endToEndId: string): string {
  return `direct debit ${endToEndId}`
}
