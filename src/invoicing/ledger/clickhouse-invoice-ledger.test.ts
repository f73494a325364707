import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { cutOffOf } from './cut-off.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
afterAll(() => billing[Symbol.asyncDispose]())

test('usage is summed apart before, between and after boundaries, up to a cut-off that is published once', async () => {
  const of = { accountId: 'duinzicht', subscriptionId: 'duinzicht-0', partition: 1 }
  for (const [offset, date] of ['2026-10-03', '2026-10-13', '2026-10-14', '2026-10-23'].entries()) {
    await billing.record({ ...of, offset, date, charge: `${10 ** offset}` })
  }
  const { ledger } = billing.parts
  const cutOff = cutOffOf([{ source: 'files', partition: 1, lastOffset: 3 }])
  await ledger.publishCutOff(cutOff)
  await ledger.publishCutOff(cutOff)
  const boundariesMs = ['2026-10-10', '2026-10-20'].map((iso) => Date.parse(iso))
  const spans = {
    accountIds: ['duinzicht', 'zandbank'],
    periodStartDay: dayFromIso('2026-10-01'),
    cutOffId: cutOff.cutOffId,
    lateStartDays: [],
    lateAfterCutOffId: '',
  }
  const found = await ledger.usageSumsOf(spans, boundariesMs)
  const { sums = [], rowsCount } = found.get('duinzicht') ?? {}
  expect(found.has('zandbank')).toBe(false)
  expect(rowsCount).toBe(4)
  expect(sums.map(({ fromMs, chargeMicros }) => [fromMs, chargeMicros / 1_000_000])).toEqual([
    [-Infinity, 1],
    [boundariesMs[0], 110],
    [boundariesMs[1], 1_000],
  ])
})
