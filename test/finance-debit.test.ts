/** Direct debits from the mandate in the accounts document to the file, the money that comes, and what goes back. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importStatements } from '../src/app/billing/bank-statements.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { noteDispute, settleDispute } from '../src/app/billing/disputes-of.ts'
import { debitBatchOf, debitsOf, noteRefusedDebit } from '../src/app/finance/debits-of.ts'
import { describeDebits } from '../src/cli/finance/debit-command.ts'
import { dayFromIso } from '../src/core/time/period.ts'
import { collectDebits } from '../src/invoicing/debit/collect-debits.ts'
import { noteState, TIK } from '../src/invoicing/receivables/state-history.ts'
import { findInvoiceId } from '../src/invoicing/store/list-invoices.ts'
import { clockAt, openFinanceWorld, type FinanceWorld } from './finance-world.ts'

const MANDATE = { id: 'M-1', signed: '2026-03-01', iban: 'NL20 INGB 0001 2345 67' }
const CREDITOR = { creditorId: 'NL79ZZZ999999990000', preNotificationDays: 10 }
let world: FinanceWorld

/** Two invoices of 2 November: of one who gave a mandate, and of one who did not. */
beforeEach(async () => {
  world = await openFinanceWorld({
    accounts: [
      { id: 'payer', anchorDay: 1, plan: 'voip-basic', more: { mandate: MANDATE } },
      { id: 'other', anchorDay: 1, plan: 'voip-basic' },
    ],
    partner: { directDebit: CREDITOR },
  })
  await world.bill('2026-10', '2026-11-02T08:00Z')
}, 60_000)
afterEach(() => world[Symbol.asyncDispose]())

const ON = { partnerId: 'P1', collectionDay: dayFromIso('2026-12-01'), dryRun: false }
const clock = clockAt('2026-11-20T08:00Z')

async function numberOf(accountId: string): Promise<string> {
  const [invoice] = await invoicesOf(world.desk, { accountId })
  return invoice?.number ?? ''
}

async function send(accountId: string, at: string): Promise<void> {
  const { operations } = world.desk
  const id = await findInvoiceId(operations, await numberOf(accountId))
  await noteState(operations, id, { state: 'sent', atMs: Date.parse(at), actor: TIK })
}

/** What a bank says: money of a part of a batch as one total, or one collection, in or back. */
async function statement(name: string, entry: string): Promise<string[]> {
  const folder = join(world.folder, name)
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'statement.xml'),
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>' +
      `<Id>${name}</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>${entry}</Stmt>` +
      '</BkToCstmrStmt></Document>',
  )
  const { entries } = await importStatements(world.desk, [folder])
  return entries.map(({ outcome, numbers, remark }) =>
    [outcome, ...numbers, remark].join(' ').trim(),
  )
}

const entryOf = (side: 'CRDT' | 'DBIT', on: string, details: string) =>
  `<Ntry><Amt Ccy="EUR">5.45</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
  `<BookgDt><Dt>${on}</Dt></BookgDt><NtryDtls>${details}</NtryDtls></Ntry>`

test('an open invoice is collected once, paid by the total of the batch, and open again when it goes back', async () => {
  await send('payer', '2026-11-03T08:00Z')
  const number = await numberOf('payer')
  const dry = await debitsOf(world.desk, { ...ON, dryRun: true }, clock)
  const report = await debitsOf(world.desk, ON, clock)
  const { batch } = report
  expect(report.collections).toEqual(dry.collections)
  expect(batch?.content).toContain(`<Ustrd>${number}</Ustrd>`)
  expect(batch?.content).toContain('<SeqTp>FRST</SeqTp>')
  expect(describeDebits(report)).toContain('1 collections of EUR 5.45, batch 1')

  // Again: nothing more, and the file is the same to the byte.
  const again = await debitsOf(world.desk, ON, clockAt('2026-11-21T08:00Z'))
  expect(again).toMatchObject({ batch: undefined, leftOut: [{ number, reason: 'collected' }] })
  const named = { partnerId: 'P1', batchNumber: 1 }
  expect((await debitBatchOf(world.desk, named)).content).toBe(batch?.content)

  const part = `<Btch><PmtInfId>${batch?.messageId}-1</PmtInfId><NbOfTxs>1</NbOfTxs></Btch>`
  expect(await statement('paid', entryOf('CRDT', '2026-12-01', part))).toEqual([
    `matched ${number}`,
  ])
  expect(await invoicesOf(world.desk, { accountId: 'payer' })).toMatchObject([{ status: 'paid' }])

  const [collection] = report.collections
  const back =
    `<TxDtls><Refs><EndToEndId>${collection?.endToEndId}</EndToEndId></Refs>` +
    '<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf></TxDtls>'
  const returned = [`returned ${number} the bank says AM04`]
  expect(await statement('back', entryOf('DBIT', '2026-12-03', back))).toEqual(returned)
  expect(await statement('copy', entryOf('DBIT', '2026-12-03', back))).toEqual([
    'unmatched it does not say which payment went back',
  ])
  const open = { status: 'overdue', openMicros: 5_450_000 }
  expect(await invoicesOf(world.desk, { accountId: 'payer' })).toMatchObject([open])

  // Collected anew, as the first of its mandate once more, under an id of its own.
  const later = { ...ON, collectionDay: dayFromIso('2026-12-20') }
  const second = await debitsOf(world.desk, later, clockAt('2026-12-10T08:00Z'))
  expect(second.collections).toMatchObject([{ sequence: 'FRST', remittance: number }])
  expect(second.collections[0]?.endToEndId).not.toBe(collection?.endToEndId)
  await noteRefusedDebit(world.desk, {
    partnerId: 'P1',
    endToEndId: second.collections[0]?.endToEndId ?? '',
    reasonCode: 'AC04',
    onDay: later.collectionDay,
  })
  const third = await debitsOf(world.desk, later, clockAt('2026-12-11T08:00Z'))
  expect(third.batch?.batchNumber).toBe(3)
}, 120_000)

test('what is not announced, not due or disputed is left out with its reason', async () => {
  const reasons = async (day: string) => {
    const wish = { ...ON, collectionDay: dayFromIso(day), dryRun: true }
    const { leftOut, collections } = await debitsOf(world.desk, wish, clockAt('2026-11-04T08:00Z'))
    return [collections.length, ...leftOut.map(({ reason }) => reason)]
  }
  expect(await reasons('2026-12-01')).toEqual([0, 'not announced'])
  await send('payer', '2026-11-03T08:00Z')
  expect(await reasons('2026-11-15')).toEqual([0, 'not due'])
  expect(await reasons('2026-11-16')).toEqual([1])
  const named = { number: await numberOf('payer') }
  await noteDispute(world.desk, { ...named, reason: 'too much' }, clock)
  expect(await reasons('2026-12-01')).toEqual([0, 'disputed'])
  await settleDispute(world.desk, { ...named, reason: 'explained' }, clock)
  expect(await reasons('2026-12-01')).toEqual([1])
  await expect(
    debitsOf(world.desk, { ...ON, collectionDay: dayFromIso('2026-11-04') }, clock),
  ).rejects.toMatchObject({ code: 'usage_error' })
}, 120_000)

test('a run that is stopped before its end has collected nothing, and the next one writes the same file', async () => {
  await send('payer', '2026-11-03T08:00Z')
  const parts = await openBillingParts(world.desk, clock)
  const files: string[] = []
  const wish = {
    ...ON,
    actor: TIK,
    note: (_sql: unknown, { content }: { content: string }) => {
      files.push(content)
      return files.length < 3 ? Promise.reject(new Error('stopped')) : Promise.resolve()
    },
  }
  await expect(collectDebits(parts, wish)).rejects.toThrow('stopped')
  await expect(collectDebits(parts, wish)).rejects.toThrow('stopped')
  const { batch } = await collectDebits(parts, wish)
  expect(new Set([...files, batch?.content])).toEqual(new Set([batch?.content]))
  expect(batch?.batchNumber).toBe(1)
}, 120_000)
