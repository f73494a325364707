/** One usage as programs get it: the same fields and words over the API and in data streams. */
import { z } from 'zod'
import { money, moneyOf } from '../core/money/money-form.ts'
import type { UsageDetail } from './usage-details.ts'

export const usageForm = z
  .object({
    entry: z.string(),
    start: z.iso.datetime({ offset: true }),
    startLocal: z.string(),
    account: z.string(),
    subscription: z.string(),
    product: z.string(),
    kind: z.string(),
    direction: z.string(),
    callType: z.string(),
    servedNumber: z.string(),
    sender: z.string(),
    receiver: z.string(),
    destination: z.string(),
    visitedNetwork: z.string(),
    durationSeconds: z.int(),
    volumeBytes: z.int(),
    quantity: z.int(),
    outOfBundleQuantity: z.int(),
    charge: money,
    informationCharge: money,
    amount: money,
    isLate: z.boolean(),
  })
  .meta({ id: 'Usage' })

export function toUsageForm(row: UsageDetail): z.input<typeof usageForm> {
  return {
    entry: row.entryId,
    start: new Date(row.startMs).toISOString(),
    startLocal: row.startLocal,
    account: row.accountId,
    subscription: row.subscriptionId,
    product: row.product,
    kind: row.kind,
    direction: row.direction,
    callType: row.callType,
    servedNumber: row.servedNumber,
    sender: row.sender,
    receiver: row.receiver,
    destination: row.destination,
    visitedNetwork: row.visitedNetwork,
    durationSeconds: row.durationSeconds,
    volumeBytes: row.volumeBytes,
    quantity: row.quantity,
    outOfBundleQuantity: row.outOfBundleQuantity,
    charge: moneyOf(row.chargeMicros),
    informationCharge: moneyOf(row.informationChargeMicros),
    amount: moneyOf(row.amountMicros),
    isLate: row.late,
  }
}
