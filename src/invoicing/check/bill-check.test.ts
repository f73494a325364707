/** The check before billing as a whole: what it asks of whom, in which order, and what it leaves out. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import { runBilling } from '../run/run-billing.ts'
import { billCheck } from './bill-check.ts'

const OCTOBER = { period: '2026-10' }
const at = (iso: string): number => Date.parse(iso)
const START_MS = at('2026-10-01T00:00+02:00')
const END_MS = at('2026-11-01T00:00+01:00')

vi.setConfig({ testTimeout: 120_000 }) // Some bill several months, each with its documents.

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code)
const failing = (error: Error): BillingParts => ({
  ...billing.parts,
  ledger: {
    ...billing.parts.ledger,
    rejects: async () => {
      throw error
    },
  },
})
const INCOMPLETE = new TikError('ledger_incomplete', 'a row cannot be read')

test('what the ledger lacks comes first, with what can still be read, and no draft is made', async () => {
  const findings = await billCheck(billing.parts, { ...OCTOBER, ledgerProblems: ['row 5 is gone'] })
  expect(findings[0]).toEqual({
    code: 'ledger_incomplete',
    severity: 'error',
    subject: 'ledger',
    text: 'row 5 is gone',
    count: 1,
    estimateMicros: undefined,
    show: 'tik rebuild --dry-run',
  })
  expect(codes(findings)).toContain('no_usage')
  expect(codes(findings)).not.toContain('no_invoice_reader')
  expect(codes(await billCheck(billing.parts, OCTOBER))).toContain('no_invoice_reader')
})

test('a month that cannot be read is no finding beside what the ledger lacks, and else a failure', async () => {
  const told = { ...OCTOBER, ledgerProblems: ['row 5 is gone'] }
  expect(codes(await billCheck(failing(INCOMPLETE), told))).toEqual(['ledger_incomplete'])
  await expect(billCheck(failing(INCOMPLETE), OCTOBER)).rejects.toBe(INCOMPLETE)
  for (const other of [new Error('broken'), new TikError('not_found', 'broken')]) {
    await expect(billCheck(failing(other), told)).rejects.toBe(other)
  }
})

const finding = (severity: Finding['severity']): Finding => ({
  code: 'limit_mails_waiting',
  severity,
  subject: severity,
  text: '',
  count: 1,
  estimateMicros: undefined,
  show: '',
})

test('what must be mended comes first, then what is to be judged, then what is for reading', async () => {
  const further = (['info', 'warning', 'error'] as const).map(finding)
  const findings = await billCheck(billing.parts, { ...OCTOBER, further })
  const ranks = findings.map(({ severity }) => ['error', 'warning', 'info'].indexOf(severity))
  expect(ranks).toEqual(ranks.toSorted((left, right) => left - right))
  expect(findings[0]).toEqual(finding('error'))
})

test('asked before a run, it tells nothing of what is billed or runs on', async () => {
  await runBilling(billing.parts, OCTOBER)
  const { directory } = billing.parts
  const plans: Subscription['plans'] = []
  const subscriptions = directory.subscriptions.map((each) => ({ ...each, plans }))
  const parts = { ...billing.parts, directory: { ...directory, subscriptions } }
  const missing = async (options: object) =>
    codes(await billCheck(parts, { ...OCTOBER, ...options })).filter(
      (code) => code === 'plan_missing',
    )
  expect(await missing({})).toHaveLength(6)
  expect(await missing({ onlyToBill: true })).toEqual([])
})

test('what waits is looked for in all of the periods that the accounts have', async () => {
  const { directory } = billing.parts
  const zeegras = directory.accounts.get('zeegras')
  if (zeegras === undefined) throw new Error('it is there')
  const accounts = new Map([...directory.accounts, ['zeegras', { ...zeegras, anchorDay: 15 }]])
  const rejected = { accountId: '', subscriptionId: '', partition: 3, charge: '0' }
  await billing.record({ ...rejected, offset: 0, date: '2026-10-09', outcome: 'rejected' })
  const findings = await billCheck(
    { ...billing.parts, directory: { ...directory, accounts } },
    OCTOBER,
  )
  expect(findings.find(({ code }) => code === 'open_rejects')?.show).toBe(
    'tik rejects list --from 2026-09-30T22:00:00.000Z --to 2026-11-14T23:00:00.000Z',
  )
})

test.each<[string, Partial<Subscription>, boolean]>([
  ['has one all the time', { plans: [plan(0, Infinity)] }, false],
  ['has none', { plans: [] }, true],
  [
    'has none for a day',
    { plans: [plan(0, at('2026-10-10')), plan(at('2026-10-11'), Infinity)] },
    true,
  ],
  [
    'goes from one to the next',
    { plans: [plan(0, at('2026-10-10')), plan(at('2026-10-10'), Infinity)] },
    false,
  ],
  ['has one that the catalogue does not know', { plans: [plan(0, Infinity, 'gone')] }, true],
  [
    'has one since it is active',
    { activatedMs: at('2026-10-10'), plans: [plan(at('2026-10-10'), Infinity)] },
    false,
  ],
  [
    'has one until it ended',
    { terminatedMs: at('2026-10-10'), plans: [plan(0, at('2026-10-10'))] },
    false,
  ],
  ['ended as the month began', { terminatedMs: START_MS, plans: [] }, false],
  ['ended long ago', { terminatedMs: at('2026-08-10'), plans: [] }, false],
  ['begins as the month ends', { activatedMs: END_MS, plans: [] }, false],
])('a subscription that %s: without a plan is %s', async (_what, changes, isMissing) => {
  const { directory } = billing.parts
  const [first, ...others] = directory.subscriptions
  if (first === undefined) throw new Error('it is there')
  const subscriptions = [{ ...first, ...changes }, ...others]
  const parts = { ...billing.parts, directory: { ...directory, subscriptions } }
  const findings = await billCheck(parts, { ...OCTOBER, accounts: ['duinzicht'] })
  expect(findings.filter(({ code }) => code === 'plan_missing')).toEqual(
    isMissing
      ? [
          {
            code: 'plan_missing',
            severity: 'error',
            subject: 'duinzicht-0',
            text: 'active without a plan that the catalogue has then',
            count: 1,
            estimateMicros: undefined,
            show: 'tik totals --account duinzicht --by number',
          },
        ]
      : [],
  )
})

function plan(fromMs: number, toMs: number, planId = 'mobiel-zakelijk') {
  return { planId, fromMs, toMs }
}

test('who fell silent is told while it is active to the end of the month, and with usage there is some', async () => {
  const of = { accountId: 'duinzicht', partition: 1, charge: '1' }
  for (const [offset, index] of [0, 1].entries()) {
    await billing.record({
      ...of,
      offset,
      subscriptionId: `duinzicht-${index}`,
      date: '2026-09-10',
    })
  }
  const stopped = async (terminatedMs: number) => {
    const { directory } = billing.parts
    const subscriptions = directory.subscriptions.map((each) => ({ ...each, terminatedMs }))
    const findings = await billCheck(
      { ...billing.parts, directory: { ...directory, subscriptions } },
      { ...OCTOBER, accounts: ['duinzicht'] },
    )
    return findings.filter(({ code }) => ['usage_stopped', 'no_usage'].includes(code))
  }
  expect((await stopped(END_MS)).map(({ subject, text }) => [subject, text])).toEqual([
    ['2026-10', 'no usage in the ledger for this period'],
    ['duinzicht duinzicht-0', 'no usage, 1 in the period before'],
    ['duinzicht duinzicht-1', 'no usage, 1 in the period before'],
  ])
  await billing.record({ ...of, offset: 2, subscriptionId: 'duinzicht-0', date: '2026-10-10' })
  expect((await stopped(END_MS)).map(({ subject }) => subject)).toEqual(['duinzicht duinzicht-1'])
  expect(await stopped(END_MS - 1)).toEqual([])
})
