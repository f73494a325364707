/** Whose data a caller reaches: every use case is asked by somebody who may not. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXAMPLE_MAIL } from '../../test/doubles/example-mail.ts'
import { copyTestOperations } from '../../test/doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from '../../test/small-company.ts'
import { openTestDesk } from '../../test/test-desk.ts'
import { RIGHTS, type Right } from '../identity/rights.ts'
import { fixedClock } from '../core/time/clock.ts'
import { readConfig } from '../core/config/config.ts'
import { queueMails } from '../mail/mail-outbox.ts'
import { PLAIN_CSV } from '../reports/usage-csv.ts'
import { providerOfAccount } from './access/single-sign-on.ts'
import { resetFactorOfStaff, setStaffRules } from './access/second-factors.ts'
import { bytesOf } from '../reports/export-usage.ts'
import { alertsOf } from './alerts/alerts-of.ts'
import { webhooksOf } from './alerts/webhooks-of.ts'
import { limitMailsWaiting } from './alerts/limit-mails-waiting.ts'
import { sendAlerts } from './alerts/send-alerts.ts'
import {
  ignoreBankEntry,
  importStatement,
  importStatements,
  openBankEntries,
  settleBankEntry,
} from './billing/bank-statements.ts'
import { billPeriod, checkPeriod } from './billing/bill-period.ts'
import { creditOf, reissueOf } from './billing/credit.ts'
import {
  deliveriesOf,
  deliverEInvoices,
  deliveryOfInvoice,
  noteDeliveryOf,
} from './billing/deliveries-of.ts'
import { noteDispute, settleDispute } from './billing/disputes-of.ts'
import { billOnSchedule } from './billing/billing-schedule.ts'
import { billingScheduleOf } from './billing/billing-schedule-of.ts'
import { invoicesOf, usageOfInvoice } from './billing/invoice-archive.ts'
import { historyOfInvoice } from './billing/invoice-history.ts'
import {
  assignPayment,
  noteInvoicePayment,
  paymentsOf,
  takeBackPayment,
} from './billing/payments-of.ts'
import { differenceOf, documentsAgain, showInvoice, showLine } from './billing/show-invoice.ts'
import { sendReminders } from './billing/send-reminders.ts'
import type { Caller } from './caller.ts'
import { catalogueInForce, catalogueProblems } from './catalogue/catalogue-in-force.ts'
import { ruleOf } from './catalogue/catalogue-rules.ts'
import { verifyLedger } from './checks/verify-ledger.ts'
import { rerate } from './corrections/rerate.ts'
import { replayInto } from './corrections/replay-into.ts'
import { waitingRecords, writeOffRecords } from './corrections/waiting-records.ts'
import type { Desk } from './desk.ts'
import { changeAccount } from './directory/change-account.ts'
import { applyEventsFile, directoryEventsOf } from './directory/directory-events-of.ts'
import { addUser, changeUser, userOf } from './directory/change-users.ts'
import { importAccounts, usersOf } from './directory/import-accounts.ts'
import { debitBatchOf, debitsOf, noteRefusedDebit } from './finance/debits-of.ts'
import { exportedJournal, exportJournalOf, journalFile, journalOf } from './finance/journal-of.ts'
import { openInvoicesOf } from './finance/open-of.ts'
import { reconciliationOf } from './finance/reconcile-of.ts'
import { closeFinance, financeAt, financeMovement } from './finance/finance-at.ts'
import { takeEvent } from './directory/take-event.ts'
import { ingestInto } from './files/ingest-into.ts'
import { giveUpOpenCalls, listOpenCalls } from './files/open-calls-of.ts'
import { takenFiles } from './files/taken-files.ts'
import {
  changeLimit,
  dropLimit,
  importLimits,
  limitHistory,
  limitsOf,
} from './limits/account-limits.ts'
import { mailOf, mailsOf, queueAgain, resendMails } from './mails/mails-of.ts'
import { statusOf } from './service/status-of.ts'
import { balancesOf } from './usage/balances-of.ts'
import { explainUsage } from './usage/explain-usage.ts'
import { detailsOf, exportOf, totalsOf } from './usage/usage-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-callers-'))
const OCTOBER = { kind: 'periods', fromDay: 0, toDay: 30_000, label: 'all' } as const
const ZONE = 'Europe/Amsterdam'
const FOREIGN_MAIL = 'mail-of-A2'
const clock = fixedClock(Date.parse('2026-11-02T08:00Z'))
let desk: Desk

const PARTICULARS = {
  vatId: 'NL001234560B01',
  registrationNumber: '12345678',
  iban: 'NL91ABNA0417164300',
}

/** Two accounts of two partners, each with one call. */
beforeAll(async () => {
  await copyTestOperations(join(folder, 'operations'))
  desk = await openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
  const [subscription] = SMALL_COMPANY.subscriptions
  const [partner] = SMALL_COMPANY.partners
  const [account] = SMALL_COMPANY.accounts
  const file = join(folder, 'accounts.json')
  const document = {
    partners: [
      { ...partner, ...PARTICULARS },
      { ...partner, ...PARTICULARS, id: 'P2' },
    ],
    accounts: [account, { ...account, id: 'A2', partner: 'P2' }],
    subscriptions: [
      subscription,
      { ...subscription, id: 'S2', account: 'A2', numbers: ['+31207654321'] },
    ],
    users: [{ id: 'eve', account: 'A2', ...EVE }],
    oneOffCharges: ['A1', 'A2'].map((id) => ({
      id: `delivery to ${id}`.replaceAll(' ', '-'),
      account: id,
      at: '2026-10-05',
      description: 'Delivery',
      amount: '100.00',
    })),
  }
  writeFileSync(file, JSON.stringify(document))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-09-01T08:00Z') })
  const call = { to: '0612345678', start: '2026-10-05 10:00:00', billsec: 60 }
  const lines = ['0201234567', '0207654321'].map((from, index) =>
    asteriskLine({ ...call, from, uniqueid: `1.${index}` }),
  )
  const cdrs = join(folder, 'Master.csv')
  writeFileSync(cdrs, `${lines.join('\n')}\n`)
  const [taken] = await Array.fromAsync(ingestInto(desk, [cdrs], { format: 'asterisk', clock }))
  expect(taken?.tally?.rated).toBe(2)
  await queueMails(desk.operations, [{ ...EXAMPLE_MAIL, mailId: FOREIGN_MAIL, accountId: 'A2' }])
}, 60_000)

afterAll(async () => {
  await desk[Symbol.asyncDispose]()
})

function as(reach: Caller['reach'], rights: readonly Right[] = RIGHTS): Desk {
  return { ...desk, caller: { name: 'somebody', reach, rights: new Set(rights) } }
}

const CUSTOMER = { kind: 'accounts', accountIds: ['A1'] } as const
const PARTNER = { kind: 'partner', partnerId: 'P1' } as const

test.each([
  ['a customer', CUSTOMER],
  ['a partner', PARTNER],
])(
  '%s sees the usage, balances and bundles of its own account, whatever it asks for',
  async (_who, reach) => {
    const own = as(reach)
    const question = { period: OCTOBER }
    const page = { limit: 10, timeZone: ZONE }
    expect((await totalsOf(own, 'total', question)).map((row) => row.count)).toEqual([1])
    expect(await totalsOf(own, 'call-type', { ...question, accountId: 'A2' })).toEqual([])
    expect(await totalsOf(own, 'call-type', { ...question, partnerId: 'P2' })).toEqual([])
    const { rows } = await detailsOf(own, question, page)
    expect(rows).toHaveLength(1)
    const format = { kind: 'csv', csv: PLAIN_CSV } as const
    const csv = bytesOf(await exportOf(own, question, { format, timeZone: ZONE }))
    expect(
      Buffer.concat(await Array.fromAsync(csv))
        .toString()
        .trim()
        .split('\n'),
    ).toHaveLength(2)
    const balances = await balancesOf(own, { period: 'current' })
    expect(balances.map(({ accountId }) => accountId)).toEqual(['A1'])
    const entryId = rows[0]?.entryId ?? ''
    expect((await explainUsage(own, entryId)).row.accountId).toBe('A1')
    const { rows: all } = await detailsOf(desk, question, page)
    const foreign = all.find((row) => row.entryId !== entryId)?.entryId ?? ''
    await expect(explainUsage(own, foreign)).rejects.toMatchObject({ code: 'not_found' })
  },
)

/** A user of A2. */
const EVE = { name: 'Eve', email: 'eve@a2.example', language: 'nl', registrations: [] } as const

const LIMIT = { code: 'account-total', subject: '', scopeKind: 'account', scopeId: 'A2' } as const

test.each<[string, (own: Desk) => Promise<unknown>]>([
  ['balances', (own) => balancesOf(own, { period: 'current', account: 'A2' })],
  ['limits', (own) => limitsOf(own, 'A2')],
  ['history of limits', (own) => limitHistory(own, 'A2')],
  ['alerts', (own) => alertsOf(own, { accountId: 'A2' })],
  ['prices', (own) => ruleOf(own, { accountId: 'A2', callType: 'x', atMs: 0 })],
  ['change of a limit', (own) => changeLimit(own, { key: LIMIT, amount: '10' })],
  ['end of a limit', (own) => dropLimit(own, { key: LIMIT })],
  [
    'limit of a subscription',
    (own) => dropLimit(own, { key: { ...LIMIT, scopeKind: 'subscription', scopeId: 'S2' } }),
  ],
  ['usage of an invoice', (own) => Array.fromAsync(usageOfInvoice(own, { number: 'A2-1' }))],
  ['invoice', (own) => showInvoice(own, 'A2-1')],
  ['line of an invoice', (own) => showLine(own, 'A2-1', 1, { limit: 1, offset: 0 })],
  ['difference of invoices', (own) => differenceOf(own, 'A2-1', 'previous')],
  ['mails of an account', (own) => mailsOf(own, { accountId: 'A2' })],
  ['mail', (own) => mailOf(own, FOREIGN_MAIL)],
  ['mail again', (own) => resendMails(own, [FOREIGN_MAIL], clock)],
  ['mail queued again', (own) => queueAgain(own, [FOREIGN_MAIL], clock)],
  ['user', (own) => userOf(own, 'eve')],
  ['change of a user', (own) => changeUser(own, 'eve', EVE)],
  ['new user', (own) => addUser(own, { ...EVE, userId: 'new', accountId: 'A2' })],
])('what belongs to somebody else does not exist: %s', async (_what, ask) => {
  await expect(ask(as(CUSTOMER))).rejects.toMatchObject({ code: 'not_found' })
  await expect(ask(as(PARTNER))).rejects.toMatchObject({ code: 'not_found' })
})

/** The parties of this test have no address on Peppol. */
function withoutEInvoice(error: unknown): void {
  if (error instanceof Error && error.message.includes('has no e-invoice')) return
  throw error
}

const PAYMENT = { amount: '1.21', on: '2026-11-02', reference: 'bank 1' } as const

test('money of an invoice is changed by whoever operates and reaches it, for all others there is none', async () => {
  expect((await billPeriod(desk, { period: '2026-10' }, clock)).invoices).toHaveLength(2)
  const invoices = await invoicesOf(desk, {})
  const numbers = (accountId: string) =>
    invoices.find((invoice) => invoice.accountId === accountId)?.number ?? ''
  // Both sellers begin with 1: an operator must say whose it is, a partner means its own.
  expect(numbers('A1')).toBe(numbers('A2'))
  const named = { number: numbers('A1') }
  const acts: ((own: Desk, of: { number: string; partnerId?: string }) => Promise<unknown>)[] = [
    (own, of) => noteInvoicePayment(own, { ...of, ...PAYMENT }, clock),
    (own, of) => takeBackPayment(own, { ...of, ...PAYMENT }, clock),
    (own, of) => noteInvoicePayment(own, { ...of, ...PAYMENT, reference: 'bank 2' }, clock),
    (own, of) => noteDispute(own, { ...of, reason: 'too much' }, clock),
    (own, of) => settleDispute(own, { ...of, reason: 'explained' }, clock),
    (own, of) => historyOfInvoice(own, of),
    (own, of) => deliveryOfInvoice(own, of),
    (own, of) =>
      noteDeliveryOf(own, { ...of, state: 'written', reason: '' }).catch(withoutEInvoice),
  ]
  for (const act of acts) {
    await expect(act(desk, named)).rejects.toMatchObject({ code: 'usage_error' })
    await expect(act(as(PARTNER, ['see-usage']), named)).rejects.toMatchObject({
      code: 'not_allowed',
    })
    const nobodys = as({ kind: 'accounts', accountIds: ['A3'] })
    await expect(act(nobodys, named)).rejects.toMatchObject({ code: 'not_found' })
    await expect(act(as(PARTNER), { ...named, partnerId: 'P2' })).rejects.toMatchObject({
      code: 'not_found',
    })
    await act(as(PARTNER), named)
  }
  const [payment] = await paymentsOf(as(PARTNER), undefined)
  expect(payment).toMatchObject({ accountId: 'A1', actor: { by: 'somebody', door: 'somebody' } })
  expect(await paymentsOf(as({ kind: 'partner', partnerId: 'P2' }), 'A1')).toEqual([])
  await expect(paymentsOf(as(PARTNER, ['operate']), undefined)).rejects.toMatchObject({
    code: 'not_allowed',
  })
  const foreign = { ...named, partnerId: 'P2', paymentId: payment?.paymentId ?? 0 }
  await expect(assignPayment(desk, foreign, clock)).rejects.toMatchObject({ code: 'not_found' })
  const stranger = as({ kind: 'accounts', accountIds: ['A2'] }, ['see-invoices'])
  await expect(assignPayment(stranger, foreign, clock)).rejects.toMatchObject({
    code: 'not_allowed',
  })
})

test("a partner's default is the partner's", async () => {
  const key = { code: 'account-total', subject: '', scopeKind: 'partner', scopeId: 'P1' } as const
  const wish = { key, amount: '10' }
  await expect(changeLimit(as(CUSTOMER), wish)).rejects.toMatchObject({ code: 'not_allowed' })
  const other = as({ kind: 'partner', partnerId: 'P2' })
  await expect(changeLimit(other, wish)).rejects.toMatchObject({ code: 'not_allowed' })
  expect(await changeLimit(as(PARTNER), wish)).toMatchObject({ amount: 10_000_000 })
})

const signal = AbortSignal.timeout(60_000)

test.each<[string, (own: Desk) => unknown]>([
  ['ingest', (own) => Array.fromAsync(ingestInto(own, [], {}))],
  ['files', (own) => takenFiles(own)],
  ['open calls', (own) => listOpenCalls(own)],
  ['give up', (own) => giveUpOpenCalls(own, { source: 'x', hours: 1, by: 'a', reason: 'b' })],
  ['rejects', (own) => waitingRecords(own)],
  ['replay', (own) => replayInto(own, { reasons: [], dryRun: true })],
  ['write-off', (own) => writeOffRecords(own, { what: { entries: [] }, by: 'a', text: 'b' })],
  [
    'rerate',
    (own) =>
      rerate(own, {
        account: 'A1',
        from: '2026-10-01',
        to: '2026-10-31',
        order: 'recorded',
        confirm: false,
      }),
  ],
  ['verify', (own) => verifyLedger(own)],
  ['bill check', (own) => checkPeriod(own, '2026-10')],
  ['documents again', (own) => documentsAgain(own, 'A2-1')],
  ['scheduled billing', (own) => billOnSchedule(own, { clock })],
  ['bill run', (own) => billPeriod(own, { period: '2026-10', preview: true })],
  ['bill credit', (own) => creditOf(own, { number: '1', wish: { what: 'whole' }, reason: 'x' })],
  ['bill credit --reissue', (own) => reissueOf(own, { number: '1', reason: 'x' })],
  ['reminders', (own) => sendReminders(own, { dryRun: true })],
  ['statements', (own) => importStatements(own, [])],
  ['statement', (own) => importStatement(own, { name: 'x', document: '<x/>' })],
  ['open entries', (own) => openBankEntries(own)],
  ['match', (own) => settleBankEntry(own, { entryId: 1, number: 'x' })],
  ['ignore', (own) => ignoreBankEntry(own, { entryId: 1, reason: 'x' })],
  ['bill deliver', (own) => deliverEInvoices(own, { period: '2026-10', outboxFolder: 'unused' })],
  ['accounts import', (own) => importAccounts(own, 'x', { dryRun: true, atMs: 0 })],
  ['change of an account', (own) => changeAccount(own, {}, { dryRun: true })],
  ['events', (own) => directoryEventsOf(own, { refusedOnly: false })],
  ['events of a file', (own) => Array.fromAsync(applyEventsFile(own, 'x', signal))],
  ['limits import', (own) => importLimits(own, 'x', { dryRun: true })],
  ['factor of staff', (own) => resetFactorOfStaff(own, 'x')],
  ['rules of staff', (own) => setStaffRules(own, '', true)],
  ['alerts send', (own) => sendAlerts(own, clock)],
  ['limit mails that wait', (own) => limitMailsWaiting(own)],
  ['status', (own) => statusOf(own)],
  ['finance close', (own) => closeFinance(own, 20_000)],
  ['one event', (own) => takeEvent(own, {})],
  ['schedule', (own) => billingScheduleOf(own)],
  ['catalogue', (own) => catalogueInForce(own)],
  ['problems of the catalogue', (own) => catalogueProblems(own)],
  ['reconciliation', (own) => reconciliationOf(own, '2026-10')],
])('only the operator: %s', async (_what, ask) => {
  const asked = async (own: Desk) => ask(own)
  await expect(asked(as(PARTNER))).rejects.toMatchObject({ code: 'not_allowed' })
  await expect(asked(as({ kind: 'operator' }, ['see-usage']))).rejects.toMatchObject({
    code: 'not_allowed',
  })
})

test.each<[Right, (own: Desk) => unknown]>([
  ['see-usage', (own) => totalsOf(own, 'total', { period: OCTOBER })],
  ['see-usage', (own) => balancesOf(own, { period: 'current' })],
  ['see-usage', (own) => alertsOf(own, {})],
  ['see-invoices', (own) => invoicesOf(own, {})],
  ['operate', (own) => mailsOf(own, {})],
  ['see-invoices', (own) => deliveriesOf(own, '2026-10')],
  ['change-limits', (own) => dropLimit(own, { key: { ...LIMIT, scopeId: 'A1' } })],
  ['operate', (own) => usersOf(own)],
  ['finance', (own) => financeAt(own, 20_000)],
  ['manage-users', (own) => webhooksOf(own)],
  ['operate', (own) => providerOfAccount(own, 'A1').then((found) => found ?? 'none')],
  ['finance', (own) => openInvoicesOf(own, 20_000)],
])('without the right to %s nothing is answered', async (right, ask) => {
  const others = RIGHTS.filter((one) => one !== right)
  const asked = async (own: Desk) => ask(own)
  await expect(asked(as(CUSTOMER, others))).rejects.toMatchObject({ code: 'not_allowed' })
  await expect(asked(as(CUSTOMER))).resolves.toBeDefined()
})

test('finance of a partner sees its own figures, and what waits for nobody known is not told', async () => {
  const day = 20_757 // 2026-10-31
  const all = await financeAt(desk, day, {}, clock)
  expect(new Set(all.figures.map(({ accountId }) => accountId))).toEqual(new Set(['A1', 'A2']))
  const own = await financeAt(as(PARTNER), day, { accountId: 'A1' }, clock)
  expect(new Set(own.figures.map(({ partnerId }) => partnerId))).toEqual(new Set(['P1']))
  expect((await financeAt(as(PARTNER), day, { accountId: 'A2' }, clock)).figures).toEqual([])
  expect((await financeAt(as(PARTNER), day, { partnerId: 'P2' }, clock)).figures).toEqual([])
  await closeFinance(desk, day - 31, clock)
  const question = { fromDay: day - 31, toDay: day, by: 'account' } as const
  const { rows } = await financeMovement(as(PARTNER), question, clock)
  expect(rows.map(({ key }) => key)).toEqual(['A1'])
  await expect(financeMovement(as(PARTNER, ['operate']), question)).rejects.toMatchObject({
    code: 'not_allowed',
  })
})

const DAYS = { fromDay: 20_000, untilDay: 21_000 } as const

test.each<[string, (own: Desk, partnerId: string) => unknown]>([
  ['journal', (own, partnerId) => journalOf(own, { ...DAYS, partnerId })],
  ['file of a journal', (own, partnerId) => journalFile(own, { ...DAYS, partnerId }, 'x')],
  ['export', (own, partnerId) => exportJournalOf(own, { ...DAYS, partnerId, target: 'x' })],
  ['exported journal', (own, partnerId) => exportedJournal(own, { partnerId, batchNumber: 1 })],
  ['debits', (own, partnerId) => debitsOf(own, { partnerId, collectionDay: 1, dryRun: true })],
  ['batch of debits', (own, partnerId) => debitBatchOf(own, { partnerId, batchNumber: 1 })],
  [
    'refused debit',
    (own, partnerId) =>
      noteRefusedDebit(own, { partnerId, endToEndId: 'x', reasonCode: '', onDay: 1 }),
  ],
])('books are of one seller, and of its finance: %s', async (_what, ask) => {
  const asked = async (own: Desk, partnerId: string) => ask(own, partnerId)
  await expect(asked(as(PARTNER), 'P2')).rejects.toMatchObject({ code: 'not_found' })
  await expect(asked(as(CUSTOMER), 'P1')).rejects.toMatchObject({ code: 'not_found' })
  const others = RIGHTS.filter((right) => right !== 'finance')
  await expect(asked(as(PARTNER, others), 'P1')).rejects.toMatchObject({ code: 'not_allowed' })
})
