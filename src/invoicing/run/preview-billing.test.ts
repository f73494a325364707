/** A preview tells what a run would, account by account, and writes drafts where it is asked to. */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { BillTo } from '../../core/accounts/bill-to.ts'
import type { BillingOptions, BillingParts } from './billing.ts'
import { runBilling } from './run-billing.ts'

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

const preview = (options: Partial<BillingOptions> = {}, parts = billing.parts) =>
  runBilling(parts, { period: '2026-10', preview: true, ...options })

test('each account is told as it is computed, and a signal stops after the one in hand', async () => {
  const told: string[] = []
  const report = await preview({
    onProgress: ({ count, total }) => told.push(`${count} of ${total}`),
  })
  expect(told).toEqual(['1 of 3', '2 of 3', '3 of 3'])
  expect([report.invoices.length, report.interrupted]).toEqual([3, false])
  expect(report.invoices.every(({ files }) => files.length === 0)).toBe(true)
  const stop = new AbortController()
  const stopped = await preview({ signal: stop.signal, onProgress: () => stop.abort() })
  expect([stopped.invoices.length, stopped.interrupted]).toEqual([1, true])
})

test('what was billed is counted, and what stands in the way is told', async () => {
  await runBilling(billing.parts, { period: '2026-10', accounts: ['zeegras'] })
  const { directory } = billing.parts
  const account = directory.accounts.get('zandbank')
  if (account === undefined) throw new Error('it is there')
  const party = { ...account.party, legalName: '' }
  const accounts = new Map([...directory.accounts, ['zandbank', { ...account, party }]])
  const report = await preview({}, { ...billing.parts, directory: { ...directory, accounts } })
  expect(report.alreadyBilledCount).toBe(1)
  expect(report.invoices.map(({ accountId }) => accountId)).toEqual(['duinzicht'])
  expect(report.findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
    'party_incomplete zandbank',
  ])
})

test('an account that another bills meanwhile is counted as billed', async () => {
  const { operations } = billing.parts
  let isFirst = true
  const parts: BillingParts = {
    ...billing.parts,
    ledger: {
      ...billing.parts.ledger,
      positions: async () => {
        if (isFirst) {
          isFirst = false
          await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
        }
        return billing.parts.ledger.positions()
      },
    },
    operations,
  }
  const report = await preview({ accounts: ['duinzicht'] }, parts)
  expect([report.alreadyBilledCount, report.invoices]).toEqual([1, []])
})

test('a second month tells what makes the difference with the first, which has nothing before it', async () => {
  expect((await preview({ accounts: ['duinzicht'] })).invoices[0]).not.toHaveProperty('causes')
  await runBilling(billing.parts, { period: '2026-10', accounts: ['duinzicht'] })
  const of = { accountId: 'duinzicht', subscriptionId: 'duinzicht-0', partition: 1, offset: 0 }
  await billing.record({ ...of, date: '2026-11-03', charge: '10' })
  billing.setNow('2026-12-02T08:00:00Z')
  const { invoices } = await preview({ period: '2026-11', accounts: ['duinzicht'] })
  expect(invoices[0]?.previousGrossMicros).toBe(39_170_000)
  expect(invoices[0]?.causes?.map(({ group, amountMicros }) => `${group} ${amountMicros}`)).toEqual(
    ['usage 10000000', 'vat 2100000'],
  )
})

test('drafts have the name of whom they are for', async () => {
  const draftFolder = join(billing.folder, 'drafts-of-sites')
  const { directory } = billing.parts
  const address = { street: 'Kade 1', postcode: '1000', city: 'Haven', country: 'NL' }
  const site: BillTo = { billToId: 'haven', accountId: 'duinzicht', address, readerIds: [] }
  const subscriptions = directory.subscriptions.map((each) =>
    each.subscriptionId === 'duinzicht-1'
      ? { ...each, billTos: [{ billToId: 'haven', fromMs: 0, toMs: Infinity }] }
      : each,
  )
  const billTos = new Map([['haven', site]])
  const parts = { ...billing.parts, directory: { ...directory, subscriptions, billTos } }
  const report = await preview({ accounts: ['duinzicht'], draftFolder }, parts)
  const files = report.invoices.flatMap((each) => each.files)
  expect(files.map((path) => basename(path))).toEqual([
    'DRAFT-2026-10-duinzicht.pdf',
    'DRAFT-2026-10-duinzicht-haven.pdf',
  ])
  expect(files.every((path) => existsSync(path))).toBe(true)
})
