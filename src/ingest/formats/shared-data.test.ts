/** The sample files of others, read in place: what each ends as, and where they check each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord } from '../../core/usage/usage.ts'
import { givingUpSource, openCarryingDecoder, withCarry } from '../../files/carry-open.ts'
import { detectFormat } from '../reading/detect-format.ts'
import { FORMAT_NAMES } from '../format.ts'
import type { SourceConfig } from '../format.ts'
import { decodeFile, plainSource, runDecoder, tally } from '../../../test/doubles/decoding-run.ts'
import { formatAdapter } from './format-registry.ts'
import { isJsonObject } from '../text/json-fields.ts'
import { tap3Adapter } from './tap3/tap3.ts'

const FOLDER = '../shared/data'
const isPresent = existsSync(FOLDER)
if (!isPresent) console.warn(`skipped: ${FOLDER} is not there`)
const describeSamples = describe.skipIf(!isPresent)

const golden = readFileSync('fixtures/cdr/shared-data.txt', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' | '))

const TABLE_COLUMNS = [
  ['id', 'method', 'from_tag', 'to_tag', 'callid', 'sip_code', 'sip_reason', 'time', 'src'],
  ['src_uri', 'domain', 'address', 'contact', 'dst'],
].flat()

function sourceOf(layout: string): SourceConfig | undefined {
  if (layout === 'kamailio-table') {
    return plainSource('kamailio', { delimiter: ',', quote: '"', columns: TABLE_COLUMNS })
  }
  const name = FORMAT_NAMES.find((one) => one === layout)
  return name === undefined ? undefined : plainSource(name)
}

describeSamples('each sample file', () => {
  test('is in the table', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => {
      return entry.isDirectory() && entry.name !== 'numbering'
    })
    const files = folders.flatMap(({ name }) =>
      readdirSync(`${FOLDER}/${name}`).map((file) => `${name}/${file}`),
    )
    expect(golden.map(([file]) => file)).toEqual(files.sort())
  })

  test.each(golden)('%s', (file, detected, layout = '', records, outcome) => {
    const bytes = readFileSync(`${FOLDER}/${file}`)
    expect(detectFormat(bytes.subarray(0, 65_536), file ?? '') ?? '-').toBe(detected)
    const source = sourceOf(layout)
    if (source === undefined) return
    const decoded = decodeFile(formatAdapter(source.format), source, bytes)
    expect(`${decoded.length} ${tally(decoded)}`).toBe(`${records} ${outcome}`)
    for (const chunkBytes of [1, 7, 100]) {
      expect(decodeFile(formatAdapter(source.format), source, bytes, chunkBytes)).toEqual(decoded)
    }
  })
})

describeSamples('Kamailio calls over two files', () => {
  const prefix = `${FOLDER}/kamailio/cgrates-opensips-kamailio-flatstore-part`
  const source = withCarry(plainSource('kamailio'))
  const file = { contentHash: 'x', name: '', registeredMs: Date.parse('2026-11-01') }

  test('the BYE of part 1 and an INVITE of part 2 are one call of 4 s; the other never ends', () => {
    const first = openCarryingDecoder(source, file, [])
    const before = runDecoder(first, readFileSync(`${prefix}1.csv`))
    const second = openCarryingDecoder(source, file, first.pendingCalls?.() ?? [])
    const after = runDecoder(second, readFileSync(`${prefix}2.csv`))

    expect(tally([...before, ...after])).toBe('cdr 1, unbillable:carried_over 2')
    expect(after[0]).toMatchObject({ durationSeconds: 4, sender: '1002', receiver: '1003' })
    const last = openCarryingDecoder(
      givingUpSource(source, file.registeredMs),
      file,
      second.pendingCalls?.() ?? [],
    )
    expect(tally(runDecoder(last, ''))).toBe('rejected:call_incomplete 1')
    expect(last.pendingCalls?.()).toEqual([])
  })
})

/** Values of a field anywhere in the decoded tree, in order. */
function valuesOf(field: string, tree: unknown): unknown[] {
  if (Array.isArray(tree)) return tree.flatMap((one) => valuesOf(field, one))
  if (!isJsonObject(tree)) return []
  return Object.entries(tree).flatMap(([name, value]) =>
    name === field ? [value] : valuesOf(field, value),
  )
}

/** The decoder beside the file writes bytes as 0x…, or as text where they happen to be printable. */
function digitsOf(value: unknown): string {
  const text = String(value)
  const hex = text.startsWith('0x') ? text.slice(2) : Buffer.from(text, 'latin1').toString('hex')
  return hex.replaceAll('f', '')
}

describeSamples('the TAP file and its decoded form', () => {
  test('count, charge, first and last event equal the audit', () => {
    const decoder = tap3Adapter.createDecoder(plainSource('tap3'))
    runDecoder(decoder, readFileSync(`${FOLDER}/tap3/layline-tap311.ber`))
    expect(decoder.fileFacts?.()).toMatchObject({ problems: [], mayCount: true, sequence: 6_628 })
  })

  test('subscribers, start and duration of each event are the same', () => {
    const bytes = readFileSync(`${FOLDER}/tap3/layline-tap311.ber`)
    const records: DecodedRecord[] = decodeFile(tap3Adapter, plainSource('tap3'), bytes)
    const cdrs = records.filter((record) => record.status === 'cdr')
    const tree: unknown = JSON.parse(
      readFileSync(`${FOLDER}/tap3/layline-tap311.decoded.json`, 'utf8'),
    )
    const events = valuesOf('CallEventDetailList', tree)
    expect(cdrs.map((cdr) => cdr.imsi)).toEqual(valuesOf('Imsi', events).map(digitsOf))
    expect(cdrs.map((cdr) => cdr.servedNumber)).toEqual(
      valuesOf('Msisdn', events).map((value) => `+${digitsOf(value)}`),
    )
    expect(cdrs.map((cdr) => cdr.durationSeconds)).toEqual(
      valuesOf('TotalCallEventDuration', events).map((value) =>
        Number.parseInt(digitsOf(value), 16),
      ),
    )
    const stamps = valuesOf('CallEventStartTimeStamp', events).flatMap((one) =>
      valuesOf('LocalTimeStamp', one),
    )
    const local = cdrs.map((cdr) => new Date(cdr.startMs + 7_200_000).toISOString())
    expect(local.map((iso) => iso.replaceAll(/\D/g, '').slice(0, 14))).toEqual(stamps)
  })
})
