/**
 * `npm run bench -- portal [--runs N] [--rows ROWS] [--dir FOLDER]`: how long a person waits for each page, and what is sent.
 * On the demo; then for the largest account, 4 % of all rows, of a ledger as bench/reports.ts makes it: of ROWS rows, or that
 * of FOLDER, which is copied and stays as it is.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { queryText } from '../src/ledger/engine/query-file.ts'
import { z } from 'zod'
import { LAST_PERIOD, LARGEST_ACCOUNT, makeReportsLedger } from './reports-ledger.ts'
import { report } from './report.ts'

const START_MS_MAX = 300_000
const DEMO_PERIOD = '2026-10'
const LARGEST_USER = 'largest'

export async function bench(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      runs: { type: 'string', default: '20' },
      rows: { type: 'string', default: '1000000' },
      dir: { type: 'string' },
    },
  })
  const runs = Number(values.runs)
  const folder = mkdtempSync(join(tmpdir(), 'tik-bench-portal-'))
  try {
    await benchDemo(join(folder, 'demo'), runs)
    await benchLargest(join(folder, 'large'), { runs, rows: Number(values.rows), from: values.dir })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Both who pay and who bill; the slowest page is the figure. */
async function benchDemo(folder: string, runs: number): Promise<void> {
  tik(['demo', '--dir', folder])
  await using door = await openDoor(folder, ['user:sarah', 'staff:clerk'])
  const customer = await enter(door, 'user:sarah')
  const staff = await enter(door, 'staff:clerk')
  report('portal', 'first_visit_kb', (await firstVisitBytes(door)) / 1_024, 'kB')
  const pages = [
    ...accountPages('lindgroen', DEMO_PERIOD).map((path) => [path, customer] as const),
    ...STAFF_PAGES.map((path) => [path, staff] as const),
  ]
  report('portal', 'page_p95_ms', await slowestP95(door, pages, runs), 'ms')
}

async function benchLargest(
  folder: string,
  {
    runs,
    rows,
    from,
  }: { readonly runs: number; readonly rows: number; readonly from: string | undefined },
): Promise<void> {
  if (from === undefined) await makeReportsLedger(folder, rows)
  else run('cp', ['-r', '--reflink=auto', from, folder])
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(await largestAccount(folder)))
  tik(['accounts', 'import', join(folder, 'accounts.json'), '--dir', folder])
  await using door = await openDoor(folder, [`user:${LARGEST_USER}`])
  const cookie = await enter(door, `user:${LARGEST_USER}`)
  const pages = accountPages(LARGEST_ACCOUNT, LAST_PERIOD).map((path) => [path, cookie] as const)
  report('portal', 'largest_account_page_p95_ms', await slowestP95(door, pages, runs), 'ms')
}

/** Every page of an account that has figures of usage. */
function accountPages(account: string, period: string): string[] {
  const base = `/accounts/${account}`
  const asked = `?period=${period}`
  return [
    `${base}${asked}`,
    `${base}/usage${asked}`,
    `${base}/usage${asked}&by=number`,
    `${base}/usage${asked}&by=number-and-call-type`,
    `${base}/usage/calls${asked}`,
    `${base}/usage/calls${asked}&receiver=471100`,
    `${base}/usage/calls${asked}&amount=>1`,
    `${base}/invoices`,
    `${base}/mobile${asked}`,
    `${base}/limits`,
    `${base}/warnings`,
  ]
}

const STAFF_PAGES = [
  '/today',
  '/customers?search=noordzee',
  '/accounts/noordzee/timeline',
  '/suspense',
  `/month?period=${DEMO_PERIOD}`,
  `/finance?period=${DEMO_PERIOD}&by=call-type`,
  '/finance/open?day=2026-11-30',
  '/finance/day?day=2026-10-31',
  `/finance/reconcile?period=${DEMO_PERIOD}`,
  '/catalogue?account=noordzee&type=national-mobile&at=2026-10-15T12:00',
  '/jobs',
  '/health',
]

interface Door extends AsyncDisposable {
  readonly url: string
  /** Links that sign in once, by who. */
  readonly links: ReadonlyMap<string, string>
}

async function openDoor(folder: string, who: readonly string[]): Promise<Door> {
  const port = await freePort()
  const words = [
    'src/main.ts',
    'serve',
    '--dir',
    folder,
    ...who.flatMap((one) => ['--sign-in', one]),
  ]
  const child = spawn(process.execPath, words, {
    env: {
      ...process.env,
      TIK_SERVE_PORT: String(port),
      TIK_LOG_LEVEL: 'error',
      TIK_REQUESTS_PER_MINUTE_MAX: '100000000',
      TIK_CATALOGUE: 'fixtures/catalogue',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await saidUntil(child, who.length + 1)
  const links = new Map(
    [...said.matchAll(/^(\S+) signs in, once: \S+#link=(\S+)$/gm)].map(
      ([, name = '', link = '']) => [name, link],
    ),
  )
  return {
    url: `http://127.0.0.1:${port}`,
    links,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function saidUntil(child: ChildProcess, lines: number): Promise<string> {
  let said = ''
  child.stdout?.on('data', (piece: Buffer) => {
    said += piece.toString('utf8')
  })
  const endMs = performance.now() + START_MS_MAX
  while (said.split('\n').length <= lines) {
    if (performance.now() > endMs || child.exitCode !== null) {
      throw new Error(`the door did not open: ${said}`)
    }
    await sleep(100)
  }
  return said
}

/** The session's cookie. */
async function enter(door: Door, who: string): Promise<string> {
  const response = await fetch(`${door.url}/sign-in/link`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
    body: JSON.stringify({ link: door.links.get(who) ?? '' }),
  })
  const cookie = (response.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
  if (!response.ok || cookie === '') throw new Error(`${who} could not sign in: ${response.status}`)
  return cookie
}

/** What a browser fetches that was never here: the page, its style with the fonts that it names, its script. */
async function firstVisitBytes({ url }: Door): Promise<number> {
  const page = await read(`${url}/sign-in`, '')
  const linked = [...page.text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  )
  const assets = await Promise.all(linked.map((path) => read(`${url}${path}`, '')))
  const fonts = assets.flatMap(({ text }) =>
    [...text.matchAll(/url\('(\/assets\/[^']+)'\)/g)].map(([, path]) => path ?? ''),
  )
  const fontFiles = await Promise.all([...new Set(fonts)].map((path) => read(`${url}${path}`, '')))
  return [page, ...assets, ...fontFiles].reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Each page once to warm, then `runs` times; prints each, and returns that of the slowest. */
async function slowestP95(
  { url }: Door,
  pages: readonly (readonly [path: string, cookie: string])[],
  runs: number,
): Promise<number> {
  let slowest = 0
  for (const [path, cookie] of pages) {
    const { bytes } = await read(url + path, cookie)
    const tookMs: number[] = []
    for (let n = 0; n < runs; n++) {
      const startedMs = performance.now()
      await read(url + path, cookie)
      tookMs.push(performance.now() - startedMs)
    }
    const sorted = tookMs.toSorted((left, right) => left - right)
    const p95 = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0
    slowest = Math.max(slowest, p95)
    console.error(
      `${p95.toFixed(0).padStart(6)} ms  ${(bytes / 1_024).toFixed(0).padStart(5)} kB  ${path}`,
    )
  }
  return slowest
}

/** Throws where a page is not there: a quick refusal is no quick page. */
async function read(address: string, cookie: string): Promise<{ text: string; bytes: number }> {
  const response = await fetch(address, {
    headers: { Cookie: cookie, 'Accept-Encoding': 'gzip' },
    redirect: 'manual',
  })
  const body = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}`)
  const sent = response.headers.get('Content-Length')
  return { text: body.toString('utf8'), bytes: sent === null ? body.length : Number(sent) }
}

/** The account as the ledger knows it: its lines with their numbers. */
async function largestAccount(folder: string) {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  const lines = await store.query(
    queryText<{ account: string }>()(
      'largest-account-lines',
      `SELECT subscription_id AS id, any(product) AS product, any(served_number) AS number
       FROM usage_ledger WHERE account_id = {account:String} GROUP BY id ORDER BY id`,
      z.object({ id: z.string(), product: z.enum(['voip', 'mobile']), number: z.string() }),
    ),
    { account: LARGEST_ACCOUNT },
  )
  const address = { street: 'Kade 1', postcode: '3011 AA', city: 'Rotterdam', country: 'NL' }
  const party = { legalName: 'Grootste B.V.', address, registrationNumber: '12345678' }
  return {
    partners: [
      { ...party, id: 'P0', language: 'nl', mailFrom: 'post@p0.example', defaultPlans: {} },
    ],
    accounts: [{ ...party, id: LARGEST_ACCOUNT, partner: 'P0', country: 'NL', language: 'nl' }],
    users: [
      {
        id: LARGEST_USER,
        account: LARGEST_ACCOUNT,
        name: 'Groot',
        email: 'groot@a.example',
        registrations: [],
      },
    ],
    subscriptions: lines.map(({ id, product, number }) => ({
      id,
      account: LARGEST_ACCOUNT,
      product,
      label: id,
      activated: '2024-12-01',
      numbers: [number],
      plans: [product === 'voip' ? 'voip-basic' : 'mobile-go'],
    })),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function tik(words: readonly string[]): void {
  run(process.execPath, ['src/main.ts', ...words])
}

function run(program: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 100_000_000 })
  if (status !== 0)
    throw new Error(`${program} ${words.join(' ')} ended with ${String(status)}: ${stderr}`)
}
