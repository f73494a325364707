/**
 * `npm run bench -- api [--seconds N] [--aborted N] [--rows N] [--dir FOLDER] [--period MONTH]`: a door over the
 * demo's ledger, over one of N invented rows of two years (bench/reports-ledger.ts; kept in FOLDER), or over that of
 * FOLDER, under mixed reads. 200 clients as fast as they can, then 100 requests a second for the times that a person
 * waits, then 20 a second of questions that nobody asked before, then 1,000 downloads that are broken off beside 200 readers that read nothing.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { catalogueOf, makeLargeLedger } from './api-ledger.ts'
import { report } from './report.ts'

const CLIENTS_COUNT = 200
const PACED_PER_SECOND = 100
const PACED_SECONDS = 20
/** Questions that nobody asked before: the engine answers each. */
const FRESH_PER_SECOND = 20
const FRESH_SECONDS = 20
const ABORTED_AT_ONCE = 20
const SLOW_READERS_COUNT = 200
/** The bound of src/api/send-chunks.ts, and some. */
const STALLED_ENDED_MS = 45_000
const SETTLE_MS = 5_000
const ACCOUNTS_READ_MAX = 200
const START_MS_MAX = 120_000

export async function bench(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      seconds: { type: 'string', default: '60' },
      aborted: { type: 'string', default: '1000' },
      rows: { type: 'string' },
      dir: { type: 'string' },
      period: { type: 'string', default: '2026-10' },
    },
  })
  const own = values.dir === undefined ? mkdtempSync(join(tmpdir(), 'tik-bench-api-')) : undefined
  const folder = values.dir ?? own ?? ''
  try {
    if (values.rows !== undefined) {
      const document = await makeLargeLedger(folder, Number(values.rows), ACCOUNTS_READ_MAX)
      tik(['accounts', 'import', document, '--dir', folder])
    } else if (own !== undefined) tik(['demo', '--dir', own])
    const rights = ['see-usage', 'see-numbers', 'see-invoices']
    const made = tik([
      'clients',
      'add',
      'bench',
      '--for',
      'operator',
      '--rights',
      ...rights,
      '--json',
      '--dir',
      folder,
    ])
    const key = z.object({ key: z.string() }).parse(JSON.parse(made)).key
    await measure(folder, {
      key,
      period: values.period,
      seconds: Number(values.seconds),
      aborted: Number(values.aborted),
    })
  } finally {
    if (own !== undefined) rmSync(own, { recursive: true, force: true })
  }
}

interface Wish {
  readonly key: string
  readonly period: string
  readonly seconds: number
  readonly aborted: number
}

async function measure(
  folder: string,
  { key, period, seconds, aborted: abortedCount }: Wish,
): Promise<void> {
  const port = await freePort()
  const door = await startDoor(folder, port)
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS_COUNT })
    const client = { port, key, agent }
    const reads = readsOf(await accountsOf(client), period)
    await paced(client, reads, { perSecond: 20, seconds: 3 }) // Warm.
    const startedRss = memoryMb(door)
    const processorBefore = processorMs(door)
    const hard = await asFastAsPossible(client, reads, seconds)
    report('api', 'requests_per_second', hard.count / hard.seconds, 'requests/s')
    // A busy machine blurs it less than the clock.
    const processor = (processorMs(door) - processorBefore) / hard.count
    report('api', 'processor_per_request_ms', processor, 'ms')
    const calm = await paced(client, reads, { perSecond: PACED_PER_SECOND, seconds: PACED_SECONDS })
    for (const kind of ['totals', 'details', 'balances'] as const) {
      report('api', `${kind}_p50_ms`, quantile(calm.tookMs.get(kind) ?? [], 0.5), 'ms')
      report('api', `${kind}_p95_ms`, quantile(calm.tookMs.get(kind) ?? [], 0.95), 'ms')
      report('api', `${kind}_p99_ms`, quantile(calm.tookMs.get(kind) ?? [], 0.99), 'ms')
    }
    const fresh = await paced(client, freshReadsOf(reads, period), {
      perSecond: FRESH_PER_SECOND,
      seconds: FRESH_SECONDS,
    })
    for (const kind of ['totals', 'details'] as const) {
      report('api', `${kind}_fresh_p95_ms`, quantile(fresh.tookMs.get(kind) ?? [], 0.95), 'ms')
    }
    report('api', 'errors', hard.errors + calm.errors + fresh.errors, 'requests')
    await sleep(SETTLE_MS)
    const before = memoryMb(door)
    const slow = await slowReaders(client, period)
    const aborted = await abortDownloads(client, period, abortedCount)
    const during = await paced(client, reads, { perSecond: 20, seconds: 5 })
    report('api', 'aborted_downloads', aborted, 'downloads')
    report('api', 'errors_beside_slow_readers', during.errors, 'requests')
    await sleep(STALLED_ENDED_MS)
    report('api', 'slow_readers_ended', await countCutOff(slow), 'readers')
    await sleep(SETTLE_MS)
    report('api', 'memory_mb', startedRss, 'MB')
    report('api', 'memory_growth_mb', memoryMb(door) - before, 'MB')
    agent.destroy()
  } finally {
    const exited = once(door, 'exit')
    door.kill('SIGTERM')
    await exited
  }
}

type Kind = 'totals' | 'details' | 'balances' | 'lists'
interface Read {
  readonly kind: Kind
  readonly path: string
}
interface Client {
  readonly port: number
  readonly key: string
  readonly agent: Agent
}

/** What a customer's pages ask, account after account. */
function readsOf(accounts: readonly string[], period: string): Read[] {
  return accounts.flatMap((account): Read[] => [
    { kind: 'totals', path: `/usage/totals?period=${period}&account=${account}&by=call-type` },
    { kind: 'details', path: `/usage?period=${period}&account=${account}&limit=50` },
    { kind: 'balances', path: `/accounts/${account}/balances` },
    { kind: 'lists', path: `/invoices?account=${account}` },
  ])
}

/** The same about dates, other ones in each round, so that no answer was kept (decision 0580). */
function freshReadsOf(reads: readonly Read[], period: string): Read[] {
  return Array.from({ length: 28 }, (_, day) => String(day + 1).padStart(2, '0')).flatMap((last) =>
    reads
      .filter(({ kind }) => kind === 'totals' || kind === 'details')
      .map(({ kind, path }) => ({
        kind,
        path: path.replace(`period=${period}`, `period=${period}-01..${period}-${last}`),
      })),
  )
}

async function accountsOf(client: Client): Promise<string[]> {
  const { text } = await ask(client, `/accounts?limit=${ACCOUNTS_READ_MAX}`)
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse(JSON.parse(text))
  return items.map(({ id }) => id)
}

interface Measured {
  count: number
  errors: number
  seconds: number
  readonly tookMs: Map<Kind, number[]>
}

async function timed(client: Client, read: Read | undefined, into: Measured): Promise<void> {
  if (read === undefined) return
  const startedMs = performance.now()
  const { status } = await ask(client, read.path).catch((error: unknown) => ({
    status: String(error),
  }))
  into.count += 1
  if (status !== 200) {
    into.errors += 1
    if (into.errors === 1) console.error(`${read.path}: ${status}`) // The first one tells most.
  }
  const took = into.tookMs.get(read.kind) ?? []
  took.push(performance.now() - startedMs)
  into.tookMs.set(read.kind, took)
}

async function asFastAsPossible(client: Client, reads: readonly Read[], seconds: number) {
  const measured: Measured = { count: 0, errors: 0, seconds, tookMs: new Map() }
  const startedMs = performance.now()
  const endMs = startedMs + seconds * 1_000
  await Promise.all(
    Array.from({ length: CLIENTS_COUNT }, async (_, lane) => {
      for (let n = lane; performance.now() < endMs; n += 1) {
        await timed(client, reads[n % reads.length], measured)
      }
    }),
  )
  measured.seconds = (performance.now() - startedMs) / 1_000
  return measured
}

/** One after the other at equal distances, whether the one before is answered or not. */
async function paced(
  client: Client,
  reads: readonly Read[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Measured> {
  const measured: Measured = { count: 0, errors: 0, seconds, tookMs: new Map() }
  const startedMs = performance.now()
  const asked: Promise<void>[] = []
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const waitMs = startedMs + (n * 1_000) / perSecond - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    asked.push(timed(client, reads[n % reads.length], measured))
  }
  await Promise.all(asked)
  return measured
}

const exportPath = (period: string) => `/usage/export?period=${period}&format=jsonl`

/** Returns how many began. */
async function abortDownloads(client: Client, period: string, count: number): Promise<number> {
  let begun = 0
  let left = count
  await Promise.all(
    Array.from({ length: ABORTED_AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1
        if (await abortOne(client, period)) begun += 1
      }
    }),
  )
  return begun
}

function abortOne({ port, key }: Client, period: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(
      { host: '127.0.0.1', port, path: `/api/v1${exportPath(period)}`, headers: headersOf(key) },
      (response) => {
        response.once('data', () => {
          sent.destroy()
          resolve(response.statusCode === 200)
        })
        response.once('end', () => resolve(response.statusCode === 200))
        response.on('error', () => undefined)
      },
    )
    sent.on('error', () => resolve(false))
    sent.end()
  })
}

/** They ask, and never read: the kernel's buffers fill, and then nothing goes. */
async function slowReaders({ port, key }: Client, period: string): Promise<Socket[]> {
  const sockets = Array.from({ length: SLOW_READERS_COUNT }, () => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.pause()
    socket.on('error', () => undefined)
    const headers = Object.entries(headersOf(key)).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(
      `GET /api/v1${exportPath(period)} HTTP/1.1\r\nHost: bench\r\n${headers.join('')}\r\n`,
    )
    return socket
  })
  await sleep(SETTLE_MS)
  return sockets
}

/** Those whose answer has no end when they read on at last. */
async function countCutOff(sockets: readonly Socket[]): Promise<number> {
  const ends = sockets.map(async (socket) => {
    let last = ''
    socket.on('data', (chunk: Buffer) => (last = (last + chunk.toString('latin1')).slice(-5)))
    const closed = once(socket, 'close').catch(() => undefined)
    socket.resume()
    await Promise.race([closed, sleep(SETTLE_MS)])
    socket.destroy()
    return !last.endsWith('0\r\n\r\n')
  })
  return (await Promise.all(ends)).filter(Boolean).length
}

function headersOf(key: string): Record<string, string> {
  return { Authorization: `Bearer ${key}` }
}

function ask(
  { port, key, agent }: Client,
  path: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, agent, path: `/api/v1${path}`, headers: headersOf(key) },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

async function startDoor(folder: string, port: number): Promise<ChildProcess> {
  const door = spawn(process.execPath, ['src/main.ts', 'serve', '--dir', folder], {
    env: {
      ...process.env,
      ...catalogueOf(folder),
      TIK_SERVE_PORT: String(port),
      TIK_LOG_LEVEL: 'error',
      TIK_REQUESTS_PER_MINUTE_MAX: '100000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await Promise.race([
    once(door.stdout, 'data'),
    sleep(START_MS_MAX).then(() => ['']),
  ])
  if (!String(said).includes('tik is at')) throw new Error(`the door did not open: ${String(said)}`)
  return door
}

function tik(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...words], {
    encoding: 'utf8',
    env: { ...process.env, ...catalogueOf(words.at(-1) ?? '') },
    maxBuffer: 100_000_000,
  })
  if (status !== 0)
    throw new Error(`tik ${words.join(' ')} ended with ${String(status)}: ${stderr}`)
  return stdout
}

/** Of all its threads, in user and system mode. */
function processorMs({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

const TICK_MS = 10

/** What the door holds, without what it shares. */
function memoryMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
