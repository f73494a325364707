/**
 * Three customers over four months with everything that happens to invoices, as a table in plain text that a person
 * can check by hand: fixtures/invoicing/four-months.txt. Each line after `>` is done on its day, through the use
 * cases of the commands, and what stands below it is what came of it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { importStatements } from '../src/app/billing/bank-statements.ts'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import { creditOf, reissueOf } from '../src/app/billing/credit.ts'
import { noteDispute, settleDispute } from '../src/app/billing/disputes-of.ts'
import { noteInvoicePayment } from '../src/app/billing/payments-of.ts'
import { sendReminders } from '../src/app/billing/send-reminders.ts'
import { verifyLedger } from '../src/app/checks/verify-ledger.ts'
import { rerate } from '../src/app/corrections/rerate.ts'
import type { Desk } from '../src/app/desk.ts'
import { changeAccount } from '../src/app/directory/change-account.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { TikError } from '../src/core/failures/errors.ts'
import { readConfig } from '../src/core/config/config.ts'
import { microsFromDecimal, microsToDecimal, type Micros } from '../src/core/money/money.ts'
import { fixedClock, type Clock } from '../src/core/time/clock.ts'
import { dayToIso } from '../src/core/time/period.ts'
import { sumMicros } from '../src/invoicing/build/vat.ts'
import type { CreditWish } from '../src/invoicing/credit/build-credit-note.ts'
import type { Invoice } from '../src/invoicing/invoice-model.ts'
import { owedTotals } from '../src/invoicing/owed-micros.ts'
import { findInvoiceId, listInvoices } from '../src/invoicing/store/list-invoices.ts'
import { storedInvoice } from '../src/invoicing/store/stored-invoice.ts'
import { verifyInvoices } from '../src/invoicing/verify/verify-invoices.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const FOUR_MONTHS = 'fixtures/invoicing/four-months'
const TABLE = `${FOUR_MONTHS}.txt`
const ACCOUNTS = ['linde', 'eik', 'berk'] as const

const folder = mkdtempSync(join(tmpdir(), 'tik-four-months-'))
let desk: Desk
let doneCount = 0
beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  desk = await openTestDesk(readConfig(folder, { TIK_CATALOGUE: `${FOUR_MONTHS}/catalogue` }))
})
afterAll(async () => {
  await desk[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('three customers over four months come to what the table says', async () => {
  const expected = readFileSync(TABLE, 'utf8')
  const told: string[] = []
  for (const line of expected.split('\n')) {
    const isDone = line.startsWith('> ')
    if (isDone || line.startsWith('#') || line === '') told.push(line)
    if (isDone) told.push(...(await follow(line.slice(2).split(' '))))
  }
  await expect(told.join('\n')).toMatchFileSnapshot(`../${TABLE}`)
}, 240_000)

/** The table is what is checked: a wish that is not known in it must not look like one that does nothing. */
async function follow([day = '', verb = '', ...words]: readonly string[]): Promise<string[]> {
  // Nothing happens at the same moment as what stands above it.
  const nowMs = Date.parse(`${day}T08:00:00Z`) + (doneCount += 1) * 60_000
  const clock = fixedClock(nowMs)
  const act = VERBS[verb]
  if (act === undefined) throw new Error(`no such line: ${verb}`)
  const known = new Map((await listed(clock)).map((each) => [keyOf(each), each]))
  let said: string[]
  try {
    said = await act(words, clock)
  } catch (error) {
    if (!(error instanceof TikError)) throw error
    return [`  refused: ${error.message}`]
  }
  const now = (await listed(clock)).toReversed()
  const made = now.filter((each) => !known.has(keyOf(each)))
  const texts = await Promise.all(
    made.map(async (each) =>
      each.number === ''
        ? [`  nothing to invoice: ${each.accountId} ${each.period}`]
        : describe(await invoiceOf(each.number), each.corrects),
    ),
  )
  const paid = now.filter((each) => {
    const before = known.get(keyOf(each))
    return before !== undefined && standing(before) !== standing(each)
  })
  return [...said, ...texts.flat(), ...paid.map((each) => `  ${each.number} is ${standing(each)}`)]
}

/** As they stand then; newest first. */
async function listed(clock: Clock) {
  return listInvoices(await openBillingParts(desk, clock))
}

type Listed = Awaited<ReturnType<typeof listed>>[number]

const keyOf = ({ number, accountId, period }: Listed) => `${number} ${accountId} ${period}`

function standing({ status, openMicros, disputedMicros }: Listed): string {
  const disputed = disputedMicros === 0 ? '' : `, disputed ${euros(disputedMicros)}`
  return `${status}, open ${euros(openMicros)}${disputed}`
}

type Act = (words: readonly string[], clock: Clock) => Promise<string[]>

const VERBS: Readonly<Record<string, Act>> = {
  async accounts([subscription, activated], clock) {
    const path = join(folder, 'accounts.json')
    const document = subscriptionsDocument.parse(
      parse(readFileSync(`${FOUR_MONTHS}/accounts.yaml`, 'utf8')),
    )
    const subscriptions = document.subscriptions.map((each) =>
      each.id === subscription ? { ...each, activated } : each,
    )
    writeFileSync(path, JSON.stringify({ ...document, subscriptions }))
    await importAccounts(desk, path, { dryRun: false, atMs: clock.nowMs() })
    return []
  },
  async call([subscription = '', date = '', minutes = '', to = ''], clock) {
    const line = asteriskLine({
      from: `020123450${'L1 L2 E1 B1'.split(' ').indexOf(subscription) + 1}`,
      to: to === 'mobile' ? '0612345678' : '0301234567',
      start: `${date} 12:00:00`,
      billsec: Number(minutes) * 60,
      uniqueid: `${subscription}.${date}`,
    })
    const file = join(folder, `${subscription}-${date}.csv`)
    writeFileSync(file, `${line}\n`)
    const tallies = await Array.fromAsync(ingestInto(desk, [file], { format: 'asterisk', clock }))
    expect(tallies.map(({ tally }) => tally?.rated)).toEqual([1])
    return []
  },
  async bill([period = ''], clock) {
    const { findings, check } = await billPeriod(
      desk,
      { period, accept: ['negative_total'] },
      clock,
    )
    const all = [...check.filter(({ severity }) => severity === 'error'), ...findings]
    return all
      .map(({ code, subject }) => `  ${code} ${subject}`)
      .filter((text) => !text.includes('e_invoice'))
  },
  async credit([number = '', what = '', value = '', line], clock) {
    await creditOf(desk, { number, wish: wishOf(what, value, line), reason: 'Not right' }, clock)
    return []
  },
  async reissue([number = ''], clock) {
    await reissueOf(desk, { number, reason: 'Not right' }, clock)
    return []
  },
  async pay([number = '', amount = ''], clock) {
    await noteInvoicePayment(desk, { number, amount, on: dateOf(clock) }, clock)
    return []
  },
  async statement([amount = '', ...text], clock) {
    const path = join(folder, 'statement.xml')
    writeFileSync(path, statementOf(amount, text.join(' '), dateOf(clock)))
    const { entries } = await importStatements(desk, [path], clock)
    return entries.map(({ outcome }) => `  ${outcome}`)
  },
  async dispute([number = '', amount = ''], clock) {
    await noteDispute(desk, { number, amount, reason: 'Too much' }, clock)
    return []
  },
  async settled([number = ''], clock) {
    await settleDispute(desk, { number, reason: 'Agreed' }, clock)
    return []
  },
  async remind(_words, clock) {
    const reminders = await sendReminders(desk, { dryRun: false }, clock)
    return reminders.map(
      (each) => `  reminder ${each.step} of ${each.number}: ${euros(each.openMicros)}`,
    )
  },
  async change(words, clock) {
    const { differences } = await changeAccount(desk, changeOf(words), { dryRun: false, clock })
    return differences.map((text) => `  ${text}`)
  },
  async rerate([account = '', from = '', to = '']) {
    const { corrections } = await rerate(desk, {
      account,
      from,
      to,
      order: 'recorded',
      confirm: true,
    })
    return [`  ${corrections.length} usages`]
  },
  async verify() {
    const { findings } = await verifyLedger(desk)
    const invoices = await verifyInvoices(await openBillingParts(desk))
    return [
      ...findings.map(({ message }) => message),
      ...invoices.findings.map(({ text }) => text),
    ].map((text) => `  ${text}`)
  },
  async sums(_words, clock) {
    const all = await listed(clock)
    return ACCOUNTS.map((accountId) => {
      const own = all.filter((each) => each.accountId === accountId)
      const states = own
        .map(({ number, status }) => `${Number(number.slice(-8))} ${status}`)
        .toReversed()
      return `  ${accountId}: ${euros(sumMicros(own.map(({ grossMicros }) => grossMicros)))} (${states.join(', ')})`
    })
  },
}

const subscriptionsDocument = z.looseObject({
  subscriptions: z.array(z.looseObject({ id: z.string() })),
})

const dateOf = (clock: Clock): string => new Date(clock.nowMs()).toISOString().slice(0, 10)

/** `plan L2 plus from 2026-11-16`: as docs/directory-events.md has it. */
function changeOf([what = '', id, ...words]: readonly string[]): object {
  const [first = '', from = ''] = words.length === 1 ? ['', ...words] : words
  switch (what) {
    case 'plan':
      return { type: 'change-plan', subscription: id, plan: first, at: from }
    case 'takeover':
      return { type: 'takeover', subscription: id, account: first, at: from }
    case 'order':
      return { type: 'change-references', account: id, purchaseOrder: from }
    case 'terminate':
      return { type: 'terminate', subscription: id, at: from }
    case 'charge': {
      const charge = {
        id: `${id}-${from}`,
        account: id,
        amount: first,
        at: from,
        description: 'Goodwill',
      }
      return { type: 'add-charge', charge }
    }
    default:
      throw new Error(`no such change: ${what}`)
  }
}

function wishOf(what: string, value: string, line: string | undefined): CreditWish {
  if (what === 'lines') return { what, lineNumbers: value.split(',').map(Number) }
  if (what === 'whole') return { what }
  const lineNumber = line === undefined ? undefined : Number(line.replace('of', ''))
  return { what: 'amount', netMicros: microsFromDecimal(value), lineNumber }
}

async function invoiceOf(number: string): Promise<Invoice> {
  return (await storedInvoice(desk.operations, await findInvoiceId(desk.operations, number)))
    .invoice
}

function describe(invoice: Invoice, corrects: string): string[] {
  const { netMicros, vatMicros, grossMicros } = owedTotals(invoice)
  const named = invoice.kind === 'credit-note' ? invoice.corrects.map(({ number }) => number) : []
  const of = corrects === '' ? named.join(', ') : corrects
  const { accountId } = invoice.customer
  return [
    `  ${invoice.number} ${invoice.kind} ${accountId} ${invoice.period.label}${of === '' ? '' : ` of ${of}`}${invoice.purchaseOrder === '' ? '' : `, order ${invoice.purchaseOrder}`}: ${euros(netMicros)} + VAT ${euros(vatMicros)} = ${euros(grossMicros)}`,
    ...invoice.lines.map((line) => {
      const days = `${dayToIso(line.fromDay).slice(5)}..${dayToIso(line.toDay - 1).slice(5)}`
      const percent = `${line.taxCategory} ${(line.taxPercentHundredths ?? 0) / 100} %`
      return `    ${line.lineNumber} ${line.section} ${line.description} ${days}: ${euros(line.amountMicros)} (${percent})`
    }),
    ...invoice.vat.map(
      (row) =>
        `    VAT ${row.taxCategory} ${row.percentHundredths / 100} % of ${euros(row.netMicros)}: ${euros(row.vatMicros)}`,
    ),
  ]
}

function statementOf(amount: string, text: string, date: string): string {
  return (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>' +
    '<Id>1</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct><Ntry>' +
    `<Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
    `<BookgDt><Dt>${date}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>${text}</Ustrd>` +
    '</RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>'
  )
}

function euros(amount: Micros): string {
  return microsToDecimal(amount, 2)
}
