/**
 * Fuzzes the CDR adapters: damaged fixtures, decoded whole and in pieces. A finding is a throw, a hang,
 * memory that grows, a record that is lost, or a result that depends on how the bytes were cut.
 *
 * `node test/fuzz-formats.ts --format asterisk --seconds 120 --seed 1` (every format without --format);
 * prints one JSON line a format and exits 1 on a finding, which is saved to be made a fixture.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DecodedRecord } from '../src/core/usage/usage.ts'
import { FORMAT_NAMES } from '../src/ingest/format.ts'
import type { FormatName, SourceConfig } from '../src/ingest/format.ts'
import { plainSource, runDecoder } from './doubles/decoding-run.ts'
import { formatAdapter } from '../src/ingest/formats/format-registry.ts'
import { tapFile, tapNotification } from './doubles/tap3-writer.ts'
import { countRecords } from './count-records.ts'
import { damage, Dice } from './fuzz-mutations.ts'
import { garbageCollector } from './garbage-collector.ts'

export interface FuzzResult {
  readonly format: FormatName
  readonly seed: number
  readonly runs: number
  readonly records: number
  readonly bytes: number
  readonly slowestMs: number
  /** Growth of the heap from after the first hundred runs to the end. */
  readonly heapGrowthBytes: number
  readonly findings: readonly string[]
}

/** A format that takes longer for one damaged file than this hangs: the largest has some 10 MB. */
const HANG_MS = 5_000
/** As much of a file as detection is given. */
const HEAD_BYTES = 65_536
const HEAP_GROWTH_MAX_BYTES = 64_000_000
const FINDINGS_MAX = 5

/** Runs until `runs` or `seconds` are over, whichever is first. */
export function fuzzFormat(plan: {
  format: FormatName
  seed: number
  runs: number
  seconds: number
}): FuzzResult {
  const source = sourceOf(plan.format)
  const files = filesOf(plan.format)
  const findings: string[] = []
  const startedMs = performance.now()
  let [runs, records, bytes, slowestMs, firstHeap] = [0, 0, 0, 0, 0]
  while (runs < plan.runs && performance.now() - startedMs < plan.seconds * 1_000) {
    const dice = new Dice(plan.seed * 1_000_003 + runs)
    const file = damage(dice.oneOf(files), dice)
    const began = process.cpuUsage() // Of this process: a busy machine is no fault of a decoder.
    const outcome = tryFile(source, file, 1 + dice.below(5_000))
    const { user, system } = process.cpuUsage(began)
    const tookMs = (user + system) / 1_000
    slowestMs = Math.max(slowestMs, tookMs)
    if (tookMs > HANG_MS) outcome.problems.push(`took ${Math.round(tookMs)} ms`)
    for (const problem of outcome.problems) findings.push(keepFinding(plan, runs, file, problem))
    records += outcome.records
    bytes += file.length
    runs += 1
    if (runs === 100) firstHeap = heapBytes()
    if (findings.length >= FINDINGS_MAX) break
  }
  const heapGrowthBytes = runs > 100 ? heapBytes() - firstHeap : 0
  if (heapGrowthBytes > HEAP_GROWTH_MAX_BYTES)
    findings.push(`heap grew by ${heapGrowthBytes} bytes`)
  const { format, seed } = plan
  return { format, seed, runs, records, bytes, slowestMs, heapGrowthBytes, findings }
}

function tryFile(
  source: SourceConfig,
  file: Buffer,
  chunkBytes: number,
): { records: number; problems: string[] } {
  const problems: string[] = []
  try {
    formatAdapter(source.format).detect(file.subarray(0, HEAD_BYTES), 'fuzz')
    const whole = decode(source, file, file.length + 1)
    const expected = countRecords(source.format, file)
    if (expected !== undefined && expected !== whole.length) {
      problems.push(`${expected} records came in, ${whole.length} went out`)
    }
    if (digestOf(decode(source, file, chunkBytes)) !== digestOf(whole)) {
      problems.push(`chunks of ${chunkBytes} bytes give other records`)
    }
    return { records: whole.length, problems }
  } catch (thrown) {
    problems.push(`threw ${String(thrown)}`)
    return { records: 0, problems }
  }
}

function decode(source: SourceConfig, file: Buffer, chunkBytes: number): DecodedRecord[] {
  const decoder = formatAdapter(source.format).createDecoder(source)
  const records = runDecoder(decoder, file, chunkBytes)
  decoder.fileFacts?.()
  decoder.pendingCalls?.()
  return records
}

function digestOf(records: readonly DecodedRecord[]): string {
  const hash = createHash('sha256')
  for (const record of records) hash.update(JSON.stringify(record))
  return `${records.length} ${hash.digest('hex')}`
}

function keepFinding(
  plan: { format: FormatName; seed: number },
  run: number,
  file: Buffer,
  problem: string,
): string {
  const path = join(tmpdir(), `tik-fuzz-${plan.format}-${plan.seed}-${run}.bin`)
  writeFileSync(path, file)
  return `run ${run}: ${problem} (${path})`
}

const collectGarbage = garbageCollector()

function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function filesOf(format: FormatName): Buffer[] {
  if (format === 'tap3') {
    const kinds = ['mo', 'mt', 'sms-mo', 'gprs', 'supplementary'] as const
    const events = kinds.map((kind) => ({ kind, seconds: 61, charge: 5, up: 7, down: 9 }))
    return [tapFile(events), tapFile(events, { indefinite: true }), tapNotification('00043')]
  }
  const folder = `fixtures/cdr/${format}`
  return readdirSync(folder).map((file) => readFileSync(join(folder, file)))
}

const COLUMN_OPTIONS: Readonly<Partial<Record<FormatName, Readonly<Record<string, unknown>>>>> = {
  delimited: {
    delimiter: ';',
    columns: {
      key: 'id',
      kind: 'type',
      sender: 'calling',
      receiver: { column: 'called', after: '<', until: '-' },
      start: 'start',
      duration: 'dur',
      volume: 'bytes',
      direction: 'dir',
      answeredAt: 'start',
    },
    looseColumn: 'called',
    directions: { in: 'in', 'o*': 'out', '*': 'forwarded' },
    durationUnit: ['hh:mm:ss.f', 'HHmmss', 'seconds'],
    volumeUnit: 'kB',
    time: {
      formats: ['YYYY-MM-DD HH:mm:ss', 'ddd D MMM h:mm A', 'MM/DD HH:mm:ss.SSS UTC', 'iso'],
      yearFrom: 'arrival',
    },
  },
  'fixed-width': {
    skipLines: 1,
    columns: {
      id: { from: 1, length: 8 },
      kind: { from: 9, length: 2 },
      sender: { from: 11, length: 16 },
      receiver: { from: 27, length: 16, after: '<I>', until: '-' },
      start: { from: 43, length: 14 },
      duration: { from: 57, length: 6 },
    },
    kinds: { V: 'voice', S: 'sms', '*': 'ignore' },
    durationUnit: ["mm'ss", 'centiseconds'],
    time: { formats: ['YYYYMMDDHHmmss', 'MMM D hh:mma'], yearFrom: { fileName: 'YYYYMMDD' } },
  },
}

const FILE = { fileIdentity: 'fuzz', fileArrivedMs: Date.UTC(2026, 10, 1) }

function sourceOf(format: FormatName): SourceConfig {
  return plainSource(format, { ...FILE, ...COLUMN_OPTIONS[format] })
}

function main(): void {
  const { values } = parseArgs({
    options: {
      format: { type: 'string' },
      seconds: { type: 'string', default: '120' },
      seed: { type: 'string', default: '1' },
    },
  })
  const formats = FORMAT_NAMES.filter((name) => (values.format ?? name) === name)
  for (const format of formats) {
    const seconds = Number.parseInt(values.seconds, 10)
    const seed = Number.parseInt(values.seed, 10)
    const result = fuzzFormat({ format, seed, runs: Infinity, seconds })
    console.log(JSON.stringify(result))
    if (result.findings.length > 0) process.exitCode = 1
  }
}

if (import.meta.main) main()
