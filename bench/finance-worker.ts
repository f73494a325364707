/** One step of bench/finance.ts as a process: makes a company of billed accounts, or asks finance about it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { operator } from '../src/app/caller.ts'
import { openDesk, type Desk } from '../src/app/desk.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { closeFinance, financeAt } from '../src/app/finance/finance-at.ts'
import { exportJournalOf, journalOf } from '../src/app/finance/journal-of.ts'
import { SILENT } from '../src/app/talk.ts'
import { readConfig } from '../src/core/config/config.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { dayFromIso } from '../src/core/time/period.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'

const financeTask = z.object({
  step: z.enum(['make', 'ask']),
  folder: z.string(),
  accountsCount: z.int(),
})
export type FinanceTask = z.infer<typeof financeTask>

const AFTER_THE_MONTH = fixedClock(Date.parse('2026-11-02T08:00:00Z'))
const LATER = fixedClock(Date.parse('2026-12-01T08:00:00Z'))
const DAY = dayFromIso('2026-11-15')
const NOVEMBER = { fromDay: dayFromIso('2026-11-01'), untilDay: dayFromIso('2026-11-30') }
const STARTS = [
  '2026-10-05 10:00:00',
  '2026-10-12 11:00:00',
  '2026-10-30 12:00:00',
  '2026-11-01 13:00:00',
]
const ADDRESS = { street: 'Straat 1', postcode: '1000 AA', city: 'Amsterdam', country: 'NL' }
const FINANCE_YAML = `
revenue: [{ kind: usage, account: "8110" }, { account: "8000" }]
journal:
  journal: "70"
  receivables: "1300"
  vat: [{ category: standard, code: VH, account: "1520" }]
  targets: { books: { columns: [{ title: Account, value: ledger-account }, { title: Amount, value: amount }] } }
`

const accountId = (index: number) => `A${String(index).padStart(6, '0')}`
const lineId = (index: number) => `L${String(index).padStart(6, '0')}`
const digits = (index: number) => `20${String(1_000_000 + index)}`

function deskOf(folder: string): Promise<Desk> {
  const config = readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  return openDesk(config, 'bench', { caller: operator('bench'), use: 'bill', talk: SILENT })
}

async function make({ folder, accountsCount }: FinanceTask): Promise<void> {
  writeFileSync(join(folder, 'finance.yaml'), FINANCE_YAML)
  const document = join(folder, 'accounts.json')
  writeFileSync(document, JSON.stringify(documentOf(accountsCount)))
  const calls = join(folder, 'Master.csv')
  writeFileSync(calls, callsOf(accountsCount))
  await using desk = await deskOf(folder)
  await importAccounts(desk, document, {
    dryRun: false,
    atMs: Date.parse('2026-09-20T08:00:00Z'),
  })
  await Array.fromAsync(ingestInto(desk, [calls], { format: 'asterisk', clock: AFTER_THE_MONTH }))
  const parts = await openBillingParts(desk, AFTER_THE_MONTH)
  const run = await runBilling(parts, { period: '2026-10', accounts: [accountId(0)] })
  if (run.invoices.length !== 1) throw new Error('the first account has an invoice')
  await likeTheFirst(desk, accountsCount)
}

function documentOf(accountsCount: number): object {
  const indices = Array.from({ length: accountsCount }, (_, index) => index)
  const party = { legalName: 'Bench B.V.', address: ADDRESS, country: 'NL' }
  return {
    partners: [
      {
        id: 'P1',
        legalName: 'Bench B.V.',
        address: ADDRESS,
        iban: 'NL91ABNA0417164300',
        vatId: 'NL123456782B01',
        registrationNumber: '12345678',
      },
    ],
    accounts: indices.map((index) => ({ id: accountId(index), partner: 'P1', ...party })),
    subscriptions: indices.map((index) => ({
      id: lineId(index),
      account: accountId(index),
      product: 'voip',
      activated: '2026-10-01',
      numbers: [`+31${digits(index)}`],
      plans: ['voip-basic'],
    })),
  }
}

function callsOf(accountsCount: number): string {
  const lines: string[] = []
  for (const start of STARTS) {
    for (let index = 0; index < accountsCount; index += 1) {
      const [from, to] = [`0${digits(index)}`, '0612345678']
      const id = `${start.slice(5, 13).replaceAll(/\D/g, '')}.${index}`
      lines.push(
        `"","${from}","${to}","outbound","""Bench"" <${from}>","PJSIP/phone-1","PJSIP/carrier-2","Dial","PJSIP/carrier",` +
          `"${start}","${start}","${start}",600,600,"ANSWERED","DOCUMENTATION","${id}","","","${id}",1`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

const named = (of: string) => `'${of}' || lpad(n::text, 6, '0')`

/** All accounts used the same, so their invoices differ in who and which: they are copied in the store. */
async function likeTheFirst({ operations }: Desk, accountsCount: number): Promise<void> {
  const others = `generate_series(1, ${accountsCount - 1}) AS n`
  const [account, line] = [named('A'), named('L')]
  const of = (table: string, changes: string) =>
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
     SELECT (jsonb_populate_record(first, jsonb_build_object(${changes}))).*
     FROM ${table} AS first, ${others} ORDER BY n`
  await operations.transaction(async (sql) => {
    await sql.execute(
      of(
        'invoices',
        `'invoice_id', invoice_id + n, 'account_id', ${account},
         'number', '2026-' || lpad((n + 1)::text, 8, '0'),
         'model', replace(replace(replace(model, 'A000000', ${account}), 'L000000', ${line}),
           '2026-00000001', '2026-' || lpad((n + 1)::text, 8, '0'))`,
      ),
    )
    await sql.execute(of('invoice_lines', `'invoice_id', invoice_id + n`))
    await sql.execute(
      of(
        'invoice_recurring_items',
        `'invoice_id', invoice_id + n, 'account_id', ${account}, 'subscription_id', ${line}`,
      ),
    )
    await sql.execute(of('account_closed_periods', `'account_id', ${account}`))
  })
}

async function ask({ folder, accountsCount }: FinanceTask): Promise<void> {
  await using desk = await deskOf(folder)
  const at = await measured(() => financeAt(desk, DAY, {}, LATER))
  const { untied, figures } = at.result
  if (untied.length > 0) throw new Error(`${untied.length} accounts do not tie`)
  if (figures.length < accountsCount) throw new Error(`${figures.length} figures`)
  const close = await measured(() => closeFinance(desk, DAY, LATER))
  const journal = await measured(() => journalOf(desk, NOVEMBER))
  if (journal.result.entries.length !== accountsCount) throw new Error('an entry is missing')
  const exporting = () => exportJournalOf(desk, { ...NOVEMBER, target: 'books' }, LATER)
  const { cost } = await measured(exporting)
  process.stdout.write(
    JSON.stringify({
      at: at.cost,
      close: close.cost,
      journal: journal.cost,
      journal_export: cost,
    }),
  )
}

async function measured<Result>(work: () => Promise<Result>) {
  writeFileSync('/proc/self/clear_refs', '5') // The peak begins anew.
  const before = kilobytes('VmRSS')
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const result = await work()
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(cpuBefore)
  const peakMb = (kilobytes('VmHWM') - before) / 1_000
  return { result, cost: { seconds, processorSeconds: (user + system) / 1e6, peakMb } }
}

function kilobytes(line: string): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(new RegExp(`${line}:\\s+(\\d+)`).exec(status)?.[1])
}

const task = financeTask.parse(JSON.parse(process.argv[2] ?? ''))
await (task.step === 'make' ? make(task) : ask(task))
