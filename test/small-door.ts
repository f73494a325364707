/** The door over two accounts of two partners, each with one call and one invoice, without a socket. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { createApi, type ApiEnv } from '../src/api/create-api.ts'
import { createApiClient, type ClientReach } from '../src/app/access/api-clients-of.ts'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import type { Desk } from '../src/app/desk.ts'
import { importAccounts } from '../src/app/directory/import-accounts.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createLog, type Log } from '../src/core/watch/log.ts'
import { createMetrics, type Metrics } from '../src/core/watch/metrics.ts'
import { RIGHTS, type Right } from '../src/identity/rights.ts'
import { mountPortal } from '../src/portal/mount-portal.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

export interface SmallDoor extends AsyncDisposable {
  readonly desk: Desk
  readonly api: Hono<ApiEnv>
  readonly metrics: Metrics
  readonly log: Log
  readonly logged: string[]
  /** A key with these rights. */
  keyOf(reach: ClientReach, rights?: readonly Right[]): Promise<string>
  /** A request with a key, or with whatever headers are given. */
  ask(path: string, request?: Asked): Promise<Response>
}

export interface Asked {
  readonly key?: string
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** `withPages`: the portal too. */
export async function openSmallDoor({ withPages = false } = {}): Promise<SmallDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-door-'))
  await copyTestOperations(join(folder, 'operations'))
  const config = readConfig(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  const desk = await openTestDesk(config, 'serve') // As `tik serve` does.
  await fill(desk, folder)
  const logged: string[] = []
  const log = createLog('debug', (line) => void logged.push(line))
  const metrics = createMetrics()
  const pages = withPages ? { pages: mountPortal } : {}
  const api = createApi({ stores: desk, log, metrics, isSecure: false, version: '0', ...pages })
  return {
    desk,
    api,
    metrics,
    log,
    logged,
    async keyOf(reach, rights = RIGHTS) {
      const wish = { name: 'test', rights, ...reach, expiresMs: undefined }
      return (await createApiClient(desk, wish)).secret
    },
    ask: async (path, { key, method = 'GET', body, headers = {} } = {}) =>
      api.request(`http://tik.test${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What an invoice must say of its seller. */
const SELLER = {
  vatId: 'NL123456782B12',
  registrationNumber: '12345678',
  iban: 'NL91ABNA0417164300',
  directDebit: { creditorId: 'NL79ZZZ999999990000' },
}

/** What its bookkeeping says: all revenue is one account. */
const FINANCE_YAML = `
revenue: [{ account: "8000" }]
journal:
  journal: "70"
  receivables: "1300"
  vat: [{ category: standard, code: "VH", account: "1520" }]
  targets:
    books: { columns: [{ title: Amount, value: amount }] }
`

async function fill(desk: Desk, folder: string): Promise<void> {
  writeFileSync(join(folder, 'finance.yaml'), FINANCE_YAML)
  const [subscription] = SMALL_COMPANY.subscriptions
  const [partner] = SMALL_COMPANY.partners
  const [account] = SMALL_COMPANY.accounts
  const file = join(folder, 'accounts.json')
  writeFileSync(
    file,
    JSON.stringify({
      partners: [
        { ...partner, ...SELLER },
        { ...partner, ...SELLER, id: 'P2' },
      ],
      accounts: [account, { ...account, id: 'A2', partner: 'P2' }],
      subscriptions: [
        subscription,
        { ...subscription, id: 'S2', account: 'A2', numbers: ['+31207654321'] },
      ],
      users: [
        { id: 'ann', account: 'A1', name: 'Ann', email: 'ann@a1.example', registrations: [] },
        { id: 'bob', account: 'A2', name: 'Bob', email: 'bob@a2.example', registrations: [] },
      ],
    }),
  )
  await importAccounts(desk, file, { dryRun: false, atMs: Date.parse('2026-09-01T08:00Z') })
  const call = { to: '0612345678', start: '2026-10-05 10:00:00', billsec: 60 }
  const lines = ['0201234567', '0207654321'].map((from, index) =>
    asteriskLine({ ...call, from, uniqueid: `1.${index}` }),
  )
  const cdrs = join(folder, 'Master.csv')
  writeFileSync(cdrs, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse('2026-11-02T08:00Z'))
  await Array.fromAsync(ingestInto(desk, [cdrs], { format: 'asterisk', clock }))
  await billPeriod(desk, { period: '2026-10' }, clock)
}
