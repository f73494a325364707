/** Open invoices at a date, and what came in of a month and became of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { creditOf } from '../src/app/billing/credit.ts'
import { invoicesOf } from '../src/app/billing/invoice-archive.ts'
import { noteInvoicePayment, takeBackPayment } from '../src/app/billing/payments-of.ts'
import { waitingRecords, writeOffRecords } from '../src/app/corrections/waiting-records.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { openInvoicesOf } from '../src/app/finance/open-of.ts'
import { reconciliationOf } from '../src/app/finance/reconcile-of.ts'
import { describeOpen } from '../src/cli/finance/open-command.ts'
import { describeReconciliation } from '../src/cli/finance/reconcile-command.ts'
import { micros } from '../src/core/money/money.ts'
import { dayFromIso } from '../src/core/time/period.ts'
import { groupRevenue, REVENUE_GROUPINGS } from '../src/finance/reconcile/reconcile.ts'
import { sumMicros } from '../src/invoicing/build/vat.ts'
import { clockAt, openFinanceWorld } from './finance-world.ts'
import { asteriskLine } from './small-company.ts'

test('what is open follows payments, returns and credit notes by their own days, in buckets by age', async () => {
  await using world = await openFinanceWorld({
    accounts: [
      { id: 'first', anchorDay: 1, plan: 'voip-basic' },
      { id: 'second', anchorDay: 1, plan: 'voip-flat' },
    ],
  })
  const { desk } = world
  await world.bill('2026-10', '2026-11-02T08:00Z')
  await world.bill('2026-11', '2026-12-02T08:00Z')
  const numberOf = async (accountId: string) =>
    (await invoicesOf(desk, { accountId, period: '2026-10' }))[0]?.number ?? ''
  const first = { number: await numberOf('first'), amount: '5.45', reference: 'R1' }
  await noteInvoicePayment(desk, { ...first, on: '2026-11-20' }, clockAt('2026-12-05T08:00Z'))
  await takeBackPayment(desk, { ...first, on: '2026-12-10' }, clockAt('2026-12-10T08:00Z'))
  const second = { number: await numberOf('second'), reason: 'test' }
  const half = {
    ...second,
    wish: { what: 'amount', netMicros: micros(4_000_000), lineNumber: undefined },
  } as const
  await creditOf(desk, half, clockAt('2026-12-15T08:00Z'))
  const said: string[] = []
  for (const date of [
    '2026-10-31',
    '2026-11-16',
    '2026-11-17',
    '2026-11-30',
    '2026-12-10',
    '2027-03-01',
  ]) {
    said.push(describeOpen(await openInvoicesOf(desk, dayFromIso(date))))
  }
  await expect(`${said.join('\n\n')}\n`).toMatchFileSnapshot(
    '../fixtures/finance/open-invoices.txt',
  )
  const own = await openInvoicesOf(desk, dayFromIso('2027-03-01'), { accountId: 'second' })
  expect(own.invoices).toHaveLength(2)
  expect(sumMicros(own.ages.map(({ openMicros }) => openMicros))).toBe(own.openMicros)
}, 120_000)

function line(uniqueid: string, from = '0201000000', start = '2026-10-05 10:00:00'): string {
  return asteriskLine({ from, to: '0612345678', start, billsec: 600, uniqueid })
}

test('every record of a month ends in one way, and what was rated is what is charged, before and after it is written off', async () => {
  await using world = await openFinanceWorld({
    accounts: [{ id: 'first', anchorDay: 1, plan: 'voip-basic' }],
  })
  const { desk, folder } = world
  let filesCount = 0
  const take = async (lines: readonly string[], at: string) => {
    filesCount += 1
    const path = join(folder, `Records-${filesCount}.csv`)
    writeFileSync(path, `${lines.join('\n')}\n`)
    await Array.fromAsync(ingestInto(desk, [path], { format: 'asterisk', clock: clockAt(at) }))
  }
  await take(
    [line('1'), line('2'), line('3', '0209999999'), line('4', '0209999999')],
    '2026-10-06T08:00Z',
  )
  await take(
    [line('1'), line('5'), line('6', '0201000000', '2026-11-01 00:00:00'), 'spoilt'],
    '2026-10-07T08:00Z',
  )
  await world.bill('2026-10', '2026-11-02T08:00Z')
  await take([line('7', '0201000000', '2026-10-31 23:59:59')], '2026-11-03T08:00Z')
  const said: string[] = []
  const reconciled = async () => {
    const found = await reconciliationOf(desk, '2026-10')
    expect(found.differences).toEqual([])
    for (const by of REVENUE_GROUPINGS) {
      const groups = groupRevenue(found.revenue, by)
      expect(sumMicros(groups.map(({ amountMicros }) => amountMicros))).toBe(4 * 770_000)
    }
    said.push(describeReconciliation('2026-10', found, 'call-type'))
  }
  await reconciled()
  const [reason] = await waitingRecords(desk)
  const entries = reason?.samples.map(({ entryId }) => entryId).slice(0, 1) ?? []
  expect(await writeOffRecords(desk, { what: { entries }, by: 'test', text: 'nobody' })).toBe(1)
  await reconciled()
  await expect(`${said.join('\n\n')}\n`).toMatchFileSnapshot(
    '../fixtures/finance/reconciliation.txt',
  )
  await expect(async () => reconciliationOf(desk, 'october')).rejects.toMatchObject({
    code: 'usage_error',
  })
}, 120_000)
