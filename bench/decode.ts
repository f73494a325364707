/**
 * How fast each format is decoded, on one core: bytes in memory to `DecodedRecord`s.
 *
 * `npm run bench -- decode` runs every format in a process of its own; `decode asterisk` one of them;
 * `decode stream 5` streams 5 GB of delimited records with keys that never repeat and reports the
 * memory at several places, which must stay flat.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { FORMAT_NAMES } from '../src/ingest/format.ts'
import type { FormatName, SourceConfig } from '../src/ingest/format.ts'
import { plainSource } from '../test/doubles/decoding-run.ts'
import { formatAdapter } from '../src/ingest/formats/format-registry.ts'
import { tapFile } from '../test/doubles/tap3-writer.ts'
import type { TapFileEvent } from '../test/doubles/tap3-writer.ts'
import { median, report } from './report.ts'

const RECORDS = 200_000
const WARM_UPS = 3
const RUNS = 7
const CHUNK_BYTES = 262_144

export function bench(options: readonly string[]): void {
  const [name, gigabytes = '5'] = options
  if (name === 'stream') {
    streamDelimited(Number.parseFloat(gigabytes) * 1e9)
    return
  }
  const format = FORMAT_NAMES.find((one) => one === name)
  if (format !== undefined) {
    measure(format)
    return
  }
  for (const each of FORMAT_NAMES) {
    const args = [...process.execArgv, 'bench/main.ts', 'decode', each]
    execFileSync(process.execPath, args, { stdio: 'inherit' })
  }
}

function measure(format: FormatName): void {
  const { source, bytes } = FILES[format]()
  const rates: number[] = []
  const cpuRates: number[] = []
  let records = 0
  for (let run = 0; run < WARM_UPS + RUNS; run += 1) {
    const startedNs = process.hrtime.bigint()
    const startedCpu = process.cpuUsage()
    records = decode(source, bytes)
    const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9
    const cpu = process.cpuUsage(startedCpu)
    if (run < WARM_UPS) continue
    rates.push(records / seconds)
    cpuRates.push(records / ((cpu.user + cpu.system) / 1e6))
  }
  const name = `decode-${format}`
  report(name, 'records_per_second', Math.round(median(rates)), 'records/s')
  // Of all threads, so that a busy machine does not hide what one core can do.
  report(name, 'records_per_cpu_second', Math.round(median(cpuRates)), 'records/s')
  report(name, 'bytes_per_record', bytes.length / records, 'bytes')
}

function decode(source: SourceConfig, bytes: Buffer): number {
  const decoder = formatAdapter(source.format).createDecoder(source)
  let records = 0
  const count = () => void (records += 1)
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    decoder.push(bytes.subarray(at, at + CHUNK_BYTES), count)
  }
  decoder.end(count)
  return records
}

interface BenchFile {
  readonly source: SourceConfig
  readonly bytes: Buffer
}

const FILES: Readonly<Record<FormatName, () => BenchFile>> = {
  asterisk: () => ({ source: plainSource('asterisk'), bytes: rows(asteriskRow) }),
  delimited: () => ({
    source: plainSource('delimited', DELIMITED_OPTIONS),
    bytes: Buffer.concat([Buffer.from(DELIMITED_HEADER), rows(delimitedRow)]),
  }),
  usage: () => ({ source: plainSource('usage'), bytes: rows(usageLine) }),
  tap3: () => ({
    source: plainSource('tap3'),
    bytes: tapFile(Array.from({ length: RECORDS }, (_, n) => tapEvent(n))),
  }),
  'fixed-width': () => ({
    source: plainSource('fixed-width', FIXED_WIDTH_OPTIONS),
    bytes: rows(fixedWidthRow),
  }),
  'freeswitch-csv': () => ({
    source: plainSource('freeswitch-csv'),
    bytes: rows(() => firstLines('freeswitch-csv/master.csv', 0, 1)),
  }),
  'freeswitch-json': () => ({
    source: plainSource('freeswitch-json'),
    bytes: rows(() => firstLines('freeswitch-json/documents.json', 0, 18)),
  }),
  broadworks: () => ({
    source: plainSource('broadworks'),
    bytes: rows(() => firstLines('broadworks/day.csv', 2, 3)),
  }),
  cucm: () => ({
    source: plainSource('cucm'),
    bytes: Buffer.concat([
      Buffer.from(firstLines('cucm/cdr.txt', 0, 2)),
      rows(() => firstLines('cucm/cdr.txt', 2, 3)),
    ]),
  }),
  kamailio: () => ({ source: plainSource('kamailio'), bytes: rows(kamailioRow) }),
  radius: () => ({ source: plainSource('radius'), bytes: rows(radiusRecord) }),
}

function rows(row: (n: number) => string): Buffer {
  return Buffer.from(Array.from({ length: RECORDS }, (_, n) => row(n)).join(''))
}

const fixtures = new Map<string, string[]>()

function firstLines(file: string, from: number, to: number): string {
  const lines = fixtures.get(file) ?? readFileSync(`fixtures/cdr/${file}`, 'latin1').split('\n')
  fixtures.set(file, lines)
  return `${lines.slice(from, to).join('\n')}\n`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** '2026-10-DD HH:MM:SS' that moves on with the record's number. */
function stamp(n: number): string {
  const [day, hour] = [1 + (Math.floor(n / 8_000) % 24), Math.floor(n / 360) % 24]
  return `2026-10-${two(day)} ${two(hour)}:${two(Math.floor(n / 6) % 60)}:${two((n * 7) % 60)}`
}

function asteriskRow(n: number): string {
  const at = stamp(n)
  const id = `${1_791_100_000 + n}.${n}`
  return (
    `"acme","3120123${1_000 + (n % 9_000)}","0612${100_000 + (n % 700_000)}","from-internal",` +
    `"""Jan"" <101>","PJSIP/101-${n}","PJSIP/carrier-${n}","Dial","PJSIP/x@carrier,60",` +
    `"${at}","${at}","${at}",${(n % 600) + 9},${n % 600},"ANSWERED","DOCUMENTATION",` +
    `"${id}","","","${id}","${n}"\n`
  )
}

const DELIMITED_HEADER = 'id;type;dir;calling;called;start;dur;up;down;imsi;net\n'
const DELIMITED_OPTIONS = {
  delimiter: ';',
  columns: {
    key: ['id', 'calling'],
    kind: 'type',
    direction: 'dir',
    sender: 'calling',
    receiver: 'called',
    start: 'start',
    duration: 'dur',
    volumeUp: 'up',
    volumeDown: 'down',
    imsi: 'imsi',
    visitedNetwork: 'net',
  },
}

function delimitedRow(n: number): string {
  const parties = `3161234${1_000 + (n % 9_000)};3120123${1_000 + (n % 7_000)}`
  const imsi = 204_040_000_000_000 + (n % 50_000)
  return `c${n};voice;out;${parties};${stamp(n)};${n % 600};0;0;${imsi};20404\n`
}

function usageLine(n: number): string {
  const usage = {
    id: `u${n}`,
    kind: 'voice',
    direction: 'out',
    sender: `+3120123${1_000 + (n % 9_000)}`,
    receiver: `+3161234${1_000 + (n % 7_000)}`,
    start: `${stamp(n).replace(' ', 'T')}Z`,
    durationSeconds: n % 600,
  }
  return `${JSON.stringify(usage)}\n`
}

/** The mix of formats.md: half data, the rest messages and calls. */
function tapEvent(n: number): TapFileEvent {
  const kind = (['gprs', 'gprs', 'sms-mo', 'mo'] as const)[n % 4] ?? 'mo'
  return {
    kind,
    imsi: String(204_040_000_000_000 + (n % 5_000)),
    msisdn: String(31_612_300_000 + (n % 5_000)),
    start: stamp(n).replaceAll(/\D/g, ''),
    seconds: n % 3_600,
    charge: n % 5_000,
    up: n * 1_000,
    down: 92_160_428,
  }
}

const FIXED_WIDTH_OPTIONS = {
  columns: {
    id: { from: 1, length: 10 },
    sender: { from: 11, length: 16 },
    receiver: { from: 27, length: 16 },
    start: { from: 43, length: 19 },
    duration: { from: 62, length: 6 },
  },
}

function fixedWidthRow(n: number): string {
  const id = String(n).padEnd(10)
  return `${id}${'31201234567'.padEnd(16)}${'0612345678'.padEnd(16)}${stamp(n)}${String(n % 600).padStart(6)}\n`
}

function kamailioRow(n: number): string {
  const call = Math.floor(n / 2)
  const tags = n % 2 === 0 ? `f${call}|t${call}` : `t${call}|f${call}`
  const method = n % 2 === 0 ? 'INVITE' : 'BYE'
  return `${method}|${tags}|call-${call}@a|200|OK|${1_791_100_000 + n}|acme|31201234567|0612345678\n`
}

function radiusRecord(n: number): string {
  return (
    `Mon Oct  5 09:00:00 2026\n\tUser-Name = "sim${n}"\n\tNAS-IP-Address = 192.0.2.1\n` +
    `\tAcct-Session-Id = "s${n}"\n\tAcct-Status-Type = Stop\n\tAcct-Session-Time = 60\n` +
    `\tAcct-Input-Octets = ${n}\n\tAcct-Output-Octets = ${n}\n` +
    `\tCalling-Station-Id = "31612345678"\n\tEvent-Timestamp = ${1_791_100_000 + n}\n` +
    `\tTimestamp = ${1_791_100_000 + n}\n\n`
  )
}

const BLOCK_ROWS = 10_000
const BLOCK_DIGITS = 8

/** Streams blocks whose keys are renumbered in place, so that no key comes twice. */
function streamDelimited(bytesTotal: number): void {
  const options = { ...DELIMITED_OPTIONS, header: false, columns: STREAM_COLUMNS }
  const decoder = formatAdapter('delimited').createDecoder(plainSource('delimited', options))
  const lines = Array.from({ length: BLOCK_ROWS }, (_, n) => `b00000000-${delimitedRow(n)}`)
  const block = Buffer.from(lines.join(''))
  const places: number[] = []
  let place = 1
  for (const line of lines) {
    places.push(place)
    place += line.length
  }
  let [records, cdrs, bytes, blockNumber] = [0, 0, 0, 0]
  const rssByTenth: number[] = []
  const startedNs = process.hrtime.bigint()
  while (bytes < bytesTotal) {
    const number = String(blockNumber).padStart(BLOCK_DIGITS, '0')
    for (const at of places) block.write(number, at, 'latin1')
    for (let at = 0; at < block.length; at += CHUNK_BYTES) {
      decoder.push(block.subarray(at, at + CHUNK_BYTES), (record) => {
        records += 1
        if (record.status === 'cdr') cdrs += 1
      })
    }
    blockNumber += 1
    bytes += block.length
    const tenth = Math.floor((bytes / bytesTotal) * 10)
    rssByTenth[tenth] = Math.max(rssByTenth[tenth] ?? 0, process.memoryUsage.rss())
  }
  const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9
  assert.equal(records, blockNumber * BLOCK_ROWS)
  assert.equal(cdrs, records)
  const name = 'decode-delimited-stream'
  report(name, 'bytes', bytes, 'bytes')
  report(name, 'records', records, 'records')
  report(name, 'records_per_second', Math.round(records / seconds), 'records/s')
  for (const [tenth, rss] of rssByTenth.entries()) {
    if (tenth < 10) report(name, `rss_max_tenth_${tenth + 1}`, rss, 'bytes')
  }
}

const STREAM_COLUMNS = {
  key: [1, 4],
  kind: 2,
  direction: 3,
  sender: 4,
  receiver: 5,
  start: 6,
  duration: 7,
  volumeUp: 8,
  volumeDown: 9,
  imsi: 10,
  visitedNetwork: 11,
}
