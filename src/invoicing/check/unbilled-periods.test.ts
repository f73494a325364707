import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { billCheck } from './bill-check.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { runBilling } from '../run/run-billing.ts'

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

function usage(accountId: string, offset: number, date: string, charge: string) {
  const subscriptionId = `${accountId}-0`
  return { accountId, subscriptionId, partition: 1, offset, date, charge }
}

/** What the check says of periods that no invoice bills. */
async function found(parts: BillingParts, period: string) {
  return texts(await billCheck(parts, { period }))
}

function texts(findings: readonly Finding[]) {
  return findings
    .filter(({ code }) => code === 'period_not_billed' || code === 'usage_off_period')
    .map(({ subject, text, count, estimateMicros }) => [subject, text, count, estimateMicros])
}

test('a month with usage that was never billed is named with usage and fees, until it is billed', async () => {
  await billing.record(
    usage('zeegras', 0, '2026-09-09', '1'),
    usage('zeegras', 1, '2026-09-10', '3.6'),
    usage('zeegras', 2, '2026-10-10', '7'),
    usage('zandbank', 3, '2026-10-10', '7'),
  )
  const lost = [
    'zeegras',
    'the period from 2026-09-01: usage of 4.60 euros and fees of 35.00 euros that no invoice bills',
    1,
    39_600_000,
  ]
  expect(await found(billing.parts, '2026-10')).toEqual([lost])
  expect(await found(billing.parts, '2026-09')).toEqual([])
  const one = { accounts: ['zeegras'] }
  const october = await runBilling(billing.parts, { ...one, period: '2026-10' })
  expect(texts(october.findings)).toEqual([lost])
  await runBilling(billing.parts, { ...one, period: '2026-09' })
  expect(await found(billing.parts, '2026-10')).toEqual([])
})

test('of a skipped month between billed ones only the usage is left: the next invoice had its fees', async () => {
  await billing.record(
    usage('zeegras', 0, '2026-08-09', '1'),
    usage('zeegras', 1, '2026-09-10', '4.60'),
  )
  const one = { accounts: ['zeegras'] }
  await runBilling(billing.parts, { ...one, period: '2026-08' })
  await runBilling(billing.parts, { ...one, period: '2026-10' })
  billing.setNow('2026-12-02T08:00:00Z')
  expect(await found(billing.parts, '2026-11')).toEqual([
    [
      'zeegras',
      'the period from 2026-09-01: usage of 4.60 euros and fees of 0.00 euros that no invoice bills',
      1,
      4_600_000,
    ],
  ])
})

test('a first month that the anchor day leaves out is named, though nothing was used in it', async () => {
  const { directory } = billing.parts
  const activatedMs = Date.parse('2026-09-01T08:00:00Z')
  const subscriptions = directory.subscriptions.map((each) => {
    const plans = each.plans.map((plan) => ({ ...plan, fromMs: activatedMs }))
    return { ...each, plans, activatedMs }
  })
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [id, { ...account, anchorDay: 15 }]),
  )
  const parts = { ...billing.parts, directory: { ...directory, accounts, subscriptions } }
  // From 09-01 to 09-14 of 31 days of 17.50, and 9.95 of activation, of two subscriptions.
  const feesMicros = 2 * (7_903_226 + 9_950_000)
  expect(await found(parts, '2026-09')).toEqual(
    ['duinzicht', 'zandbank', 'zeegras'].map((id) => [
      id,
      'the period from 2026-08-15: usage of 0.00 euros and fees of 35.71 euros that no invoice bills',
      1,
      feesMicros,
    ]),
  )
})

test('who was a customer long before anything was used or billed here was billed elsewhere', async () => {
  await billing.record(usage('zeegras', 0, '2026-10-10', '7'))
  expect(await found(billing.parts, '2026-10')).toEqual([])
})

test('usage of a period that the account does not have is named, with the way to mend it', async () => {
  await billing.record(usage('zeegras', 0, '2026-10-10', '4.6'))
  const { directory } = billing.parts
  // As a build before let the anchor day change under rated usage.
  const accounts = new Map(
    [...directory.accounts].map(([id, account]) => [id, { ...account, anchorDay: 15 }]),
  )
  const parts = { ...billing.parts, directory: { ...directory, accounts } }
  const [finding] = (await billCheck(parts, { period: '2026-10' })).filter(
    ({ code }) => code === 'usage_off_period',
  )
  expect(finding).toMatchObject({
    subject: 'zeegras',
    count: 1,
    estimateMicros: 4_600_000,
    show: 'tik rerate --account zeegras --from 2026-10-01 --to 2026-11-01',
  })
})
