/** A partner lowers its default: whoever has used more already is told at once, and only they. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listAlerts } from '../src/alerts/list-alerts.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { sendAlerts } from '../src/app/alerts/send-alerts.ts'
import { crossAtOnce } from '../src/app/limits/cross-at-once.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { openReference } from '../src/app/rating-parts.ts'
import type { Desk } from '../src/app/desk.ts'
import { openTestDesk } from './test-desk.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { setLimit, unsetLimit, type LimitKey } from '../src/directory/limits/limits.ts'
import { importLimitsCsv } from '../src/directory/limits/import-limits-csv.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-partner-'))
const KEY: LimitKey = { code: 'voip-total', subject: '', scopeKind: 'partner', scopeId: 'P1' }
const at = (time: string) => Date.parse(`2026-10-05T${time}Z`)

/** A1 and A3 have used an hour to Germany, A2 nothing; A3 has a limit of its own. */
const COMPANY = {
  ...SMALL_COMPANY,
  accounts: ['A1', 'A2', 'A3'].flatMap((id) =>
    SMALL_COMPANY.accounts.map((account) => ({ ...account, id })),
  ),
  subscriptions: ['A1', 'A2', 'A3'].map((account, index) => ({
    id: `V${index}`,
    account,
    product: 'voip',
    activated: '2026-01-01',
    numbers: [`+3120123456${index}`],
    plans: ['voip-basic'],
  })),
  users: [
    {
      id: 'anna',
      account: 'A1',
      name: 'Anna',
      email: 'anna@a.example',
      registrations: ['voip-high-usage'],
    },
  ],
  limits: [{ code: 'voip-total', account: 'A3', amount: '1000.00' }],
}

async function prepare(desk: Desk): Promise<void> {
  const accounts = join(folder, 'accounts.json')
  writeFileSync(accounts, JSON.stringify(COMPANY))
  await importAccounts(desk, accounts, { dryRun: false, atMs: at('08:00:00') })
  const lines = ['0201234560', '0201234562'].map((from, index) =>
    asteriskLine({
      from,
      to: '004915112345678',
      start: '2026-10-05 10:00:00',
      billsec: 3600,
      uniqueid: `179118720${index}.1`,
    }),
  )
  const file = join(folder, 'Master.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const options = { format: 'asterisk', clock: fixedClock(at('11:00:00')) }
  for await (const { tally } of ingestInto(desk, [file], options)) {
    expect(tally).toMatchObject({ rated: 2, rejected: 0 })
  }
}

test('a default below what is used is crossed at once, once, by who follows it', async () => {
  await copyTestOperations(join(folder, 'operations'))
  const config = readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  await using desk = await openTestDesk(config)
  await prepare(desk)
  const crossed = async () =>
    (await listAlerts(desk.operations, {})).map((one) => `${one.accountId} ${one.amount}`)
  const setDefault = async (amount: string, time: string) => {
    const before = await openReference(desk)
    const editor = { changedBy: 'partner', atMs: at(time) }
    await setLimit(desk.operations, before, { key: KEY, amount }, editor)
    return crossAtOnce(desk, before, { atMs: at(time), changed: [KEY] })
  }

  expect(await setDefault('500.00', '12:00:00')).toBe(0)
  expect(await setDefault('1.00', '12:01:00')).toBe(1)
  expect(await setDefault('1.00', '12:02:00')).toBe(0)
  expect(await crossed()).toEqual(['A1 1000000'])
  const clock = fixedClock(at('12:03:00'))
  expect(await sendAlerts(desk, clock)).toMatchObject({ crossingsCount: 0, sentCount: 1 })

  // The account that gives up its own value follows the default from then on.
  const own: LimitKey = { ...KEY, scopeKind: 'account', scopeId: 'A3' }
  const before = await openReference(desk)
  await unsetLimit(desk.operations, own, { changedBy: 'A3', atMs: at('13:00:00') })
  expect(await crossAtOnce(desk, before, { atMs: at('13:00:00') })).toBe(1)

  // A file that lowers the default reaches both.
  const csv = join(folder, 'limits.csv')
  writeFileSync(csv, 'code;partner;amount\nvoip-total;P1;0.50\n')
  const earlier = await openReference(desk)
  const options = { dryRun: false, atMs: at('14:00:00'), changedBy: 'import' }
  await importLimitsCsv(desk.operations, earlier, csv, options)
  expect(await crossAtOnce(desk, earlier, { atMs: at('14:00:00') })).toBe(2)
  expect((await crossed()).sort()).toEqual(['A1 1000000', 'A1 500000', 'A3 1000000', 'A3 500000'])
}, 60_000)
