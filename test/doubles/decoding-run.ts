/** One file decoded in memory, in chunks of a chosen size: for tests, the decode bench and the fuzzer. */
import type { DecodedRecord } from '../../src/core/usage/usage.ts'
import type {
  FormatAdapter,
  FormatName,
  RecordDecoder,
  SourceConfig,
} from '../../src/ingest/format.ts'

/** A source with the settings that most tests share. */
export function plainSource(
  format: FormatName,
  options: Readonly<Record<string, unknown>> = {},
  timeZone = 'Europe/Amsterdam',
): SourceConfig {
  return {
    sourceId: 'test',
    format,
    product: 'voip',
    homeCountry: 'NL',
    timeZone,
    techPrefixes: [],
    internationalPrefixes: ['00'],
    nationalPrefix: '0',
    extensionDigits: { min: 2, max: 5 },
    tadigNetworks: {},
    options,
  }
}

export function decodeFile(
  adapter: FormatAdapter,
  source: SourceConfig,
  bytes: Uint8Array | string,
  chunkBytes = 65_536,
): DecodedRecord[] {
  return runDecoder(adapter.createDecoder(source), bytes, chunkBytes)
}

export function runDecoder(
  decoder: RecordDecoder,
  bytes: Uint8Array | string,
  chunkBytes = 65_536,
): DecodedRecord[] {
  const records: DecodedRecord[] = []
  const emit = (record: DecodedRecord) => void records.push(record)
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length; at += chunkBytes) {
    decoder.push(buffer.subarray(at, at + chunkBytes), emit)
  }
  decoder.end(emit)
  return records
}

/** `outcome` or `outcome:reason` of each record with its count, such as 'cdr 3, rejected:… 1'. */
export function tally(records: readonly DecodedRecord[]): string {
  const counts = new Map<string, number>()
  for (const record of records) {
    const name = record.status === 'cdr' ? 'cdr' : `${record.status}:${record.reason}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const names = [...counts.keys()].sort()
  return names.map((name) => `${name} ${counts.get(name)}`).join(', ')
}
