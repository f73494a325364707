/** A seller and its accounts over months, for tests of finance: calls of known price, bill runs and closed days at moments that a test says. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import type { Desk } from '../src/app/desk.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { openBillingParts } from '../src/app/billing-parts.ts'
import { readConfig } from '../src/core/config/config.ts'
import { fixedClock, type Clock } from '../src/core/time/clock.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

/** What a call of ten minutes to a mobile number costs on voip-basic: 0.0450 and 10 times 0.0725. */
export const CALL_MICROS = 770_000

export interface FinanceWorld extends AsyncDisposable {
  readonly folder: string
  readonly desk: Desk
  /** Takes in one file of calls of ten minutes, each from the only line of an account. */
  ingest(at: string, calls: readonly WorldCall[]): Promise<void>
  /** Bills all that ended of a month. */
  bill(period: string, at: string): Promise<void>
}

export interface WorldCall {
  readonly accountId: string
  /** Local. */
  readonly start: string
}

export interface WorldAccount {
  readonly id: string
  readonly anchorDay: number
  readonly plan: string
  readonly activated?: string
  readonly more?: Readonly<Record<string, unknown>>
  /** Of its line. */
  readonly line?: Readonly<Record<string, unknown>>
}

export interface WorldOptions {
  readonly accounts: readonly WorldAccount[]
  readonly partner?: Readonly<Record<string, unknown>>
  readonly financeYaml?: string
  readonly billTos?: readonly Readonly<Record<string, unknown>>[]
}

export function clockAt(at: string): Clock {
  return fixedClock(Date.parse(at))
}

export async function openFinanceWorld({
  accounts,
  partner = {},
  financeYaml,
  billTos = [],
}: WorldOptions): Promise<FinanceWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-finance-'))
  await copyTestOperations(join(folder, 'operations'))
  if (financeYaml !== undefined) writeFileSync(join(folder, 'finance.yaml'), financeYaml)
  const desk = await openTestDesk(readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }))
  const file = join(folder, 'accounts.json')
  writeFileSync(file, JSON.stringify({ ...documentOf(accounts, partner), billTos }))
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-08-20T08:00Z') })
  const numbers = new Map(accounts.map(({ id }, index) => [id, numberOf(index)]))
  let filesCount = 0
  return {
    folder,
    desk,
    async ingest(at, calls) {
      filesCount += 1
      const lines = calls.map(({ accountId, start }, index) =>
        asteriskLine({
          from: (numbers.get(accountId) ?? '').replace('+31', '0'),
          to: '0612345678',
          start,
          billsec: 600,
          uniqueid: `${filesCount}.${index}`,
        }),
      )
      const path = join(folder, `Master-${filesCount}.csv`)
      writeFileSync(path, `${lines.join('\n')}\n`)
      const taken = ingestInto(desk, [path], { format: 'asterisk', clock: clockAt(at) })
      for await (const { tally } of taken) expect(tally?.rated).toBe(calls.length)
    },
    async bill(period, at) {
      const report = await runBilling(await openBillingParts(desk, clockAt(at)), { period })
      const errors = report.findings.filter(({ severity }) => severity === 'error')
      expect(errors).toEqual([])
    },
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  }
}

function numberOf(index: number): string {
  return `+3120${String(1_000_000 + index)}`
}

function documentOf(accounts: readonly WorldAccount[], partner: Readonly<Record<string, unknown>>) {
  return {
    partners: SMALL_COMPANY.partners.map((each) => ({ ...each, ...PARTICULARS, ...partner })),
    accounts: accounts.map(({ id, anchorDay, more }) => ({
      ...SMALL_COMPANY.accounts[0],
      id,
      anchorDay,
      ...more,
    })),
    subscriptions: accounts.map(({ id, plan, activated = '2026-01-01', line }, index) => ({
      id: `line-of-${id}`,
      account: id,
      product: 'voip',
      activated,
      numbers: [numberOf(index)],
      plans: [plan],
      ...line,
    })),
  }
}

const PARTICULARS = {
  iban: 'NL91ABNA0417164300',
  bic: 'ABNANL2A',
  vatId: 'NL123456782B01',
  registrationNumber: '12345678',
  mailFrom: 'invoices@example.com',
}
