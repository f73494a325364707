import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { ShownRow } from '../../reports/usage-details.ts'
import { dayFromIso } from '../../core/time/period.ts'
import { accountsToBill } from './accounts-to-bill.ts'
import { billCheck } from '../check/bill-check.ts'
import { openRun } from '../store/billing-runs.ts'
import type { BillingParts } from './billing.ts'
import {
  openInventedBilling,
  type InventedBilling,
} from '../../../test/doubles/invented-billing.ts'
import { partsFolder } from '../documents/document-path.ts'
import { cutOffPublisher } from '../ledger/cut-off-publisher.ts'
import { invoiceCdrs } from '../store/invoice-cdrs.ts'
import { finaliseInvoices, readHistory } from '../store/invoice-store.ts'
import { listInvoices } from '../store/list-invoices.ts'
import { prepareInvoices } from './prepare-invoice.ts'
import { runBilling } from './run-billing.ts'
import { verifyInvoices } from '../verify/verify-invoices.ts'

const OCTOBER = { period: '2026-10' }
const at = (
  accountId: string,
  partition: number,
  offset: number,
  date: string,
  charge: string,
) => ({
  accountId,
  subscriptionId: `${accountId}-0`,
  partition,
  offset,
  date,
  charge,
})

let billing: InventedBilling
beforeAll(async () => {
  billing = await openInventedBilling()
})
beforeEach(() => billing.reset())
afterAll(() => billing[Symbol.asyncDispose]())

async function recordOctober(): Promise<void> {
  await billing.record(
    at('duinzicht', 1, 0, '2026-10-03', '0.333333'),
    at('duinzicht', 1, 1, '2026-10-04', '0.333333'),
    at('zandbank', 1, 2, '2026-10-31', '12.5'),
    at('zeegras', 2, 0, '2026-10-01', '0.004999'),
  )
}

test('a month is billed once, with a number each, and running again finds nothing to do', async () => {
  await recordOctober()
  const report = await runBilling(billing.parts, OCTOBER)
  expect(report.findings).toEqual([])
  expect(report.invoices.map((each) => [each.accountId, each.number])).toEqual([
    ['duinzicht', '2026-00000001'],
    ['zandbank', '2026-00000002'],
    ['zeegras', '2026-00000003'],
  ])
  // Two fees of 17.50 for November less 7.5 %, and the usage: 35.00 - 2.63 + 0.67.
  expect(report.invoices[0]?.netMicros).toBe(33_040_000)
  expect(report.usage).toEqual([
    { product: 'mobile', callType: 'national-mobile', count: 4, amountMicros: 13_170_000 },
  ])
  for (const invoice of report.invoices) {
    expect(invoice.files).toHaveLength(3)
    for (const file of invoice.files) expect(existsSync(file)).toBe(true)
  }
  const again = await runBilling(billing.parts, OCTOBER)
  expect(again).toMatchObject({ invoices: [], findings: [], alreadyBilledCount: 3, runId: 0 })
  expect(await verifyInvoices(billing.parts)).toEqual({ count: 3, findings: [] })
})

test('usage after the cut-off is billed late by the next invoice, and once', async () => {
  await recordOctober()
  const accounts = ['duinzicht']
  await runBilling(billing.parts, { ...OCTOBER, accounts })
  await billing.record(
    at('duinzicht', 1, 3, '2026-10-05', '5'), // The same file goes on.
    at('duinzicht', 7, 0, '2026-10-06', '7'), // A new file; its first offset is 0.
    at('duinzicht', 7, 1, '2026-11-06', '11'),
  )
  billing.setNow('2026-12-01T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts })
  const [november] = await listInvoices(billing.parts, { period: '2026-11' })
  expect(await cdrsOf(billing.parts, november?.number ?? '')).toEqual([
    '1/3 5000000',
    '7/0 7000000',
    '7/1 11000000',
  ])
  await billing.record(at('duinzicht', 8, 0, '2026-12-02', '1'))
  billing.setNow('2027-01-02T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-12', accounts })
  const [december] = await listInvoices(billing.parts, { period: '2026-12' })
  expect(december?.number).toBe('2027-00000001') // A series for each year.
  expect(await cdrsOf(billing.parts, december?.number ?? '')).toEqual(['8/0 1000000'])
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('rows that arrive while a stopped run waits are late: the run goes on with its cut-off', async () => {
  await recordOctober()
  const stop = new AbortController()
  const stopped = await runBilling(billing.parts, {
    ...OCTOBER,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  })
  expect(stopped).toMatchObject({ interrupted: true, invoices: [{ accountId: 'duinzicht' }] })
  await billing.record(at('zandbank', 2, 1, '2026-10-20', '100'))
  billing.setNow('2026-11-05T08:00:00Z')
  const resumed = await runBilling(billing.parts, OCTOBER)
  expect(resumed.runId).toBe(stopped.runId)
  expect(resumed.invoices.map((each) => each.number)).toEqual(['2026-00000002', '2026-00000003'])
  const invoices = await listInvoices(billing.parts)
  expect(new Set(invoices.map((each) => each.issueDay)).size).toBe(1) // Of the day it began.
  expect(await cdrsOf(billing.parts, '2026-00000002')).toEqual(['1/2 12500000'])
})

test('a month that was left half billed can be billed after the next one', async () => {
  await recordOctober()
  const stop = new AbortController()
  const signal = stop.signal
  await runBilling(billing.parts, { ...OCTOBER, signal, onProgress: () => stop.abort() })
  await billing.record(
    at('zandbank', 2, 1, '2026-10-20', '100'),
    at('zandbank', 2, 2, '2026-11-20', '1'),
  )
  billing.setNow('2026-12-01T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11' })
  const late = await runBilling(billing.parts, OCTOBER)
  expect(late.findings).toEqual([])
  expect(late.invoices.map((each) => each.accountId)).toEqual(['zandbank', 'zeegras'])
  const number = late.invoices[0]?.number ?? ''
  expect(await cdrsOf(billing.parts, number)).toEqual(['2/1 100000000', '1/2 12500000'])
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('a run that dies between two steps of one account leaves no gap and nothing twice', async () => {
  await recordOctober()
  for (let failing = 1; failing <= 12; failing += 1) {
    await runBilling(dyingAt(billing.parts, failing), OCTOBER).catch(() => undefined)
  }
  await runBilling(billing.parts, OCTOBER)
  const invoices = await listInvoices(billing.parts)
  expect(invoices.map((each) => each.number)).toEqual([
    '2026-00000003',
    '2026-00000002',
    '2026-00000001',
  ])
  expect(invoices.every((each) => each.documents.length === 3)).toBe(true)
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('two runs at once bill each account once, without a gap', async () => {
  await recordOctober()
  const reports = await Promise.all([
    runBilling(billing.parts, OCTOBER),
    runBilling(billing.parts, OCTOBER),
  ])
  const billed = reports.flatMap((report) => report.invoices.map((each) => each.number))
  expect(billed.sort()).toEqual(['2026-00000001', '2026-00000002', '2026-00000003'])
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('an account that a newer run billed meanwhile is left alone: its draft and cut-off are old', async () => {
  await recordOctober()
  await billing.record(at('duinzicht', 9, 0, '2026-09-10', '3'))
  const accounts = ['duinzicht']
  const { operations } = billing.parts
  // Another run bills September between the draft of October and its finalising, with a row more.
  let transactionsCount = 0
  const parts: BillingParts = {
    ...billing.parts,
    operations: {
      ...operations,
      transaction: async (work) => {
        transactionsCount += 1
        if (transactionsCount === 2) {
          await billing.record(at('duinzicht', 9, 1, '2026-10-11', '5'))
          await runBilling(billing.parts, { period: '2026-09', accounts })
        }
        return operations.transaction(work)
      },
    },
  }
  const report = await runBilling(parts, { ...OCTOBER, accounts })
  expect(report.invoices).toEqual([])
  expect(report.findings.map(({ code }) => code)).toContain('newer_run_exists')
  expect((await listInvoices(billing.parts)).map(({ period }) => period)).toEqual(['2026-09'])

  await runBilling(billing.parts, { ...OCTOBER, accounts })
  const [october] = await listInvoices(billing.parts, { period: '2026-10' })
  expect(await cdrsOf(billing.parts, october?.number ?? '')).toEqual([
    '1/0 333333',
    '1/1 333333',
    '9/1 5000000',
  ])
  expect((await verifyInvoices(billing.parts)).findings).toEqual([])
})

test('a draft on a history that changed is not finalised', async () => {
  await recordOctober()
  const accounts = ['duinzicht']
  const [scope] = (await accountsToBill(billing.parts, { ...OCTOBER, accounts })).open
  if (scope === undefined) throw new Error('October is to be billed')
  const run = await openRun(billing.parts, { ...OCTOBER, accounts, open: [scope] })
  const publish = cutOffPublisher(billing.parts)
  const prepared = await prepareInvoices({ ...billing.parts, publish }, scope, run)
  if (prepared.status !== 'ready') throw new Error('the draft is ready')
  await runBilling(billing.parts, { period: '2026-09', accounts })
  const { basedOnInvoiceId, ...draft } = {
    ...prepared,
    runId: run.runId,
    basedOnInvoiceId: prepared.history.lastInvoiceId,
    nowMs: billing.parts.clock.nowMs(),
  }
  const { operations } = billing.parts
  const stale = operations.transaction((sql) =>
    finaliseInvoices(sql, { ...draft, basedOnInvoiceId }),
  )
  expect(await stale).toEqual({ outcome: 'history-changed' })
  const { lastInvoiceId } = await readHistory(operations, 'duinzicht', scope.period.startDay)
  const fresh = { ...draft, basedOnInvoiceId: lastInvoiceId }
  const finalised = await operations.transaction((sql) => finaliseInvoices(sql, fresh))
  expect(finalised.outcome).toBe('finalised')
  const again = await operations.transaction((sql) => finaliseInvoices(sql, fresh))
  expect(again).toEqual({ outcome: 'already-billed' })
})

test('a run for all accounts stays open while only some of them were asked for', async () => {
  await recordOctober()
  const stop = new AbortController()
  const { signal } = stop
  const first = await runBilling(billing.parts, {
    ...OCTOBER,
    signal,
    onProgress: () => stop.abort(),
  })
  const one = await runBilling(billing.parts, { ...OCTOBER, accounts: ['zandbank'] })
  const rest = await runBilling(billing.parts, OCTOBER)
  expect([one.runId, rest.runId]).toEqual([first.runId, first.runId])
  expect(rest.invoices.map(({ accountId }) => accountId)).toEqual(['zeegras'])
})

test('the periods of a month with a bridging one are billed in order, the second waits for the first', async () => {
  const { directory } = billing.parts
  const account = directory.accounts.get('duinzicht') ?? never()
  const { partnerId, timeZone } = account
  const upTo = { partnerId, timeZone, anchorDay: 1, toDay: dayFromIso('2026-10-01') }
  const changed = { ...account, anchorDay: 15, earlierTerms: [upTo] }
  const accounts = new Map([...directory.accounts, ['duinzicht', changed]])
  const of = { ...OCTOBER, accounts: ['duinzicht'] }
  billing.setNow('2026-11-20T08:00:00Z')
  const partners = new Map(
    [...directory.partners].map(([id, partner]) => [id, { ...partner, iban: '' }]),
  )
  const incomplete = { ...billing.parts, directory: { ...directory, accounts, partners } }
  const blocked = await runBilling(incomplete, of)
  expect(blocked.invoices).toEqual([])
  const codes = blocked.findings.map(({ code }) => code)
  expect(codes.filter((code) => code === 'party_incomplete')).toHaveLength(1)
  const parts = { ...billing.parts, directory: { ...directory, accounts } }
  expect((await runBilling(parts, { ...of, preview: true })).invoices).toHaveLength(1)
  expect((await runBilling(parts, of)).invoices).toHaveLength(2)
})

test('a one-off charge is on the invoice of its period, once', async () => {
  const { operations } = billing.parts
  for (const [id, time] of [
    ['october', '2026-10-31T22:59:59.999Z'],
    ['november', '2026-10-31T23:00:00Z'],
  ] as const) {
    await operations.execute(
      `INSERT INTO one_off_charges (charge_id, account_id, at_ms, description, amount_micros)
       VALUES ($1, 'duinzicht', $2, $1, 5000000)`,
      [id, Date.parse(time)],
    )
  }
  const accounts = ['duinzicht']
  const billed = async () =>
    operations.query(
      `SELECT charge_id, period FROM invoice_one_off_charges JOIN invoices USING (invoice_id)
       ORDER BY period`,
      [],
      z.object({ charge_id: z.string(), period: z.string() }),
    )
  await runBilling(billing.parts, { ...OCTOBER, accounts })
  expect(await billed()).toEqual([{ charge_id: 'october', period: '2026-10' }])
  billing.setNow('2026-12-01T08:00:00Z')
  await runBilling(billing.parts, { period: '2026-11', accounts })
  expect(await billed()).toEqual([
    { charge_id: 'october', period: '2026-10' },
    { charge_id: 'november', period: '2026-11' },
  ])
  await operations.execute('TRUNCATE one_off_charges CASCADE')
})

test('a run says how far it is after each account', async () => {
  await recordOctober()
  const progress: string[] = []
  await runBilling(billing.parts, {
    ...OCTOBER,
    onProgress: ({ count, total }) => progress.push(`${count} of ${total}`),
  })
  expect(progress).toEqual(['1 of 3', '2 of 3', '3 of 3'])
})

/** The store takes the first transactions of a run and then none: whatever came before them stays. */
function refusedAfter(count: number): BillingParts {
  const { operations } = billing.parts
  let begun = 0
  const transaction: typeof operations.transaction = (work) => {
    begun += 1
    return begun > count ? Promise.reject(new Error('away')) : operations.transaction(work)
  }
  return { ...billing.parts, operations: { ...operations, transaction } }
}

test.each([
  { name: 'the next account', accounts: ['zandbank'], billed: ['zandbank'], filesCount: 6 },
  { name: 'nothing else', accounts: ['duinzicht'], billed: [], filesCount: 3 },
])(
  'documents of an invoice that a run was stopped at are written with $name',
  async ({ accounts, billed, filesCount }) => {
    await recordOctober()
    const stopped = runBilling(refusedAfter(2), { ...OCTOBER, accounts: ['duinzicht'] })
    await expect(stopped).rejects.toThrow('away')
    const [left] = await listInvoices(billing.parts)
    expect(left?.documents).toEqual([])
    const stale = join(partsFolder(billing.parts), '4194305-0.part')
    writeFileSync(stale, '') // Of a process that cannot be: Linux numbers them up to 4,194,304.

    await loseCutOffs()

    const report = await runBilling(billing.parts, { ...OCTOBER, accounts })
    expect(report.invoices.map(({ accountId }) => accountId)).toEqual(billed)
    expect(report.runId > 0).toBe(billed.length > 0)
    const documents = (await listInvoices(billing.parts)).flatMap((each) => each.documents)
    expect(documents).toHaveLength(filesCount)
    for (const { path } of documents) {
      expect(existsSync(path)).toBe(true)
    }
    const cdrs = documents.find(({ path }) => path.endsWith('duinzicht-cdrs.csv'))
    expect(readFileSync(cdrs?.path ?? '', 'utf8').match(/,0\.333333,.*$/gm)).toHaveLength(2)
    expect(existsSync(stale)).toBe(false)
  },
)

/** As in a ledger that was made anew from its backup: the operations store has them still. */
async function loseCutOffs(): Promise<void> {
  await billing.clickhouse.command('TRUNCATE TABLE billing_cut_offs')
}

test('what an invoice bills is read up to its cut-off where the ledger lost that', async () => {
  await recordOctober()
  await runBilling(billing.parts, { ...OCTOBER, accounts: ['zandbank'] })
  await loseCutOffs()
  expect(await cdrsOf(billing.parts, '2026-00000001')).toEqual(['1/2 12500000'])
})

test('an account that others bill again and again is tried three times', async () => {
  await recordOctober()
  const accounts = ['duinzicht']
  const { operations } = billing.parts
  let begun = 0
  const changed = Promise.resolve({ outcome: 'history-changed' } as never)
  const transaction: typeof operations.transaction = (work) => {
    begun += 1
    return begun === 1 ? operations.transaction(work) : changed
  }
  const parts = { ...billing.parts, operations: { ...operations, transaction } }
  const refused = { code: 'operations_conflict', hint: 'run it again when the other run is done' }
  await expect(runBilling(parts, { ...OCTOBER, accounts })).rejects.toMatchObject(refused)
  expect(begun - 1).toBe(3) // After the one that began the run.
})

test('a preview takes no number, closes nothing and can write drafts', async () => {
  await recordOctober()
  const one = { accounts: ['duinzicht'] }
  const draftFolder = `${billing.folder}/drafts`
  const preview = await runBilling(billing.parts, {
    ...OCTOBER,
    ...one,
    preview: true,
    draftFolder,
  })
  expect(preview.invoices.map((each) => [each.number, each.outcome])).toEqual([['', 'preview']])
  expect(preview.invoices[0]?.files[0]).toMatch(/DRAFT-2026-10-duinzicht\.pdf$/)
  expect(await listInvoices(billing.parts)).toEqual([])
  const report = await runBilling(billing.parts, { ...OCTOBER, ...one })
  expect(report.totals).toEqual(preview.totals)
})

test('a period that has not ended is not billed', async () => {
  const report = await runBilling(billing.parts, { period: '2026-11' })
  expect(report.invoices).toEqual([])
  expect(report.findings.map((each) => each.code)).toEqual(Array(3).fill('period_open'))
})

test('whoever is registered for invoices gets one mail, whatever is run again', async () => {
  await recordOctober()
  await runBilling(billing.parts, { ...OCTOBER, accounts: ['duinzicht'] })
  await runBilling(billing.parts, { ...OCTOBER, accounts: ['duinzicht'] })
  const mails = await billing.parts.operations.query(
    'SELECT recipient_email, language, subject, text_body AS text FROM mails',
    [],
    z.object({
      recipient_email: z.string(),
      language: z.string(),
      subject: z.string(),
      text: z.string(),
    }),
  )
  expect(mails).toEqual([
    {
      recipient_email: 'ans@duinzicht.example',
      language: 'nl-NL',
      subject: 'Factuur 2026-00000001 van Noorderlicht Telecom B.V.',
      text: expect.stringMatching(
        /over de periode 1–31 oktober 2026\. Het totaal is €\u00a0\d+,\d\d inclusief btw; .* is \d+ november 2026\./,
      ),
    },
  ])
})

test('verification names the line, the document and the gap that are not right', async () => {
  await recordOctober()
  const { invoices } = await runBilling(billing.parts, OCTOBER)
  // A row that nobody recorded, at a position that the cut-off covers.
  await billing.record(at('zandbank', 1, 1, '2026-10-30', '0.01'))
  const [pdf = '', ubl = '', cdrs = ''] = invoices[2]?.files ?? []
  writeFileSync(pdf, Buffer.concat([readFileSync(pdf), Buffer.from('\n')]))
  writeFileSync(ubl, readFileSync(ubl, 'utf8').replace('EUR', 'USD'))
  rmSync(cdrs)
  await billing.parts.operations.execute(
    'UPDATE invoice_number_series SET last_number = last_number + 1',
  )
  const { findings } = await verifyInvoices(billing.parts)
  expect(findings.map((each) => [each.code, each.subject])).toEqual([
    ['line_differs', '2026-00000002 zandbank, line 2'],
    ['document_differs', '2026-00000003 zeegras, pdf'],
    ['document_differs', '2026-00000003 zeegras, ubl'],
    ['document_missing', '2026-00000003 zeegras, cdrs'],
    ['number_gap', 'noorderlicht 2026'],
  ])
})

test('the store refuses to change or delete a finalised invoice', async () => {
  await recordOctober()
  await runBilling(billing.parts, { ...OCTOBER, accounts: ['duinzicht'] })
  const { operations } = billing.parts
  const change =
    'UPDATE invoices SET gross_micros = gross_micros + 10000, vat_micros = vat_micros + 10000'
  await expect(operations.execute(change)).rejects.toThrow()
  await expect(operations.execute('DELETE FROM invoice_lines')).rejects.toThrow()
  expect(await operations.execute(`UPDATE invoices SET status = 'sent', sent_ms = 1`)).toBe(1)
})

async function cdrsOf(parts: BillingParts, number: string): Promise<string[]> {
  const rows: ShownRow[] = []
  for await (const chunk of invoiceCdrs(parts, number)) rows.push(...chunk)
  return rows.map((row) => `${row.logPartition}/${row.logOffset} ${row.chargeMicros}`)
}

/** The operations store fails at the n-th call, as if the process had been killed there. */
function dyingAt(parts: BillingParts, callsMax: number): BillingParts {
  let calls = 0
  const count = (): void => {
    calls += 1
    if (calls > callsMax) throw new Error('killed')
  }
  const { operations } = parts
  const dying: BillingParts['operations'] = {
    ...operations,
    query: async (...call) => (count(), operations.query(...call)),
    execute: async (...call) => (count(), operations.execute(...call)),
    transaction: async (work) => {
      count()
      return operations.transaction(async (sql) =>
        work({
          ...sql,
          query: async (...call) => (count(), sql.query(...call)),
          execute: async (...call) => (count(), sql.execute(...call)),
        }),
      )
    },
  }
  return { ...parts, operations: dying }
}

test('the check before billing names what waits, what fell silent and what is missing', async () => {
  await recordOctober()
  await billing.record(
    { ...at('', 3, 0, '2026-10-09', '0'), outcome: 'rejected' },
    at('zeegras', 4, 0, '2026-09-09', '1'),
    { ...at('zeegras', 4, 1, '2026-09-10', '1'), subscriptionId: 'zeegras-1' },
  )
  const [partner] = billing.parts.directory.partners.values()
  const directory = {
    ...billing.parts.directory,
    partners: new Map([['noorderlicht', { ...(partner ?? never()), iban: '' }]]),
  }
  const findings = await billCheck({ ...billing.parts, directory }, OCTOBER)
  expect(findings.map((each) => [each.severity, each.code, each.subject, each.count])).toEqual([
    ...['duinzicht', 'zandbank', 'zeegras'].map((id) => ['error', 'party_incomplete', id, 1]),
    ['warning', 'period_not_billed', 'zeegras', 1],
    ['warning', 'open_rejects', 'served_unknown', 1],
    ['info', 'usage_stopped', 'zeegras zeegras-1', 1],
    ['info', 'last_usage', 'pbx', 6],
  ])
  // Six comparable usages cost 15.171665 together: one that waits is worth as much as one of them.
  expect(findings.find((each) => each.code === 'open_rejects')?.estimateMicros).toBe(2_528_611)
})

function never(): never {
  throw new Error('there is an invented partner')
}

test('a plan that the catalogue has no longer is an open question before billing', async () => {
  await recordOctober()
  const { catalogue } = billing.parts
  const toMs = Date.parse('2026-10-20T00:00:00+02:00')
  const plans = new Map([...catalogue.plans].map(([id, plan]) => [id, { ...plan, toMs }]))
  expect(await withoutPlan(billing.parts)).toBe(0)
  expect(await withoutPlan({ ...billing.parts, catalogue: { ...catalogue, plans } })).toBe(6)
})

async function withoutPlan(parts: BillingParts): Promise<number> {
  const findings = await billCheck(parts, OCTOBER)
  return findings.filter(({ code }) => code === 'plan_missing').length
}
