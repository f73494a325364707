/**
 * What every CDR format must hold, whatever it looks like inside: chunks may be cut anywhere, nothing
 * throws, no record is lost, and memory is bounded by one record. Each adapter's test runs this suite
 * on its own fixtures.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord } from '../../src/core/usage/usage.ts'
import { RECORD_BYTES_MAX } from '../../src/ingest/format.ts'
import type { FormatAdapter, SourceConfig } from '../../src/ingest/format.ts'
import { decodeFile, tally } from './decoding-run.ts'

export interface ConformanceCase {
  readonly adapter: FormatAdapter
  readonly source: SourceConfig
  /** A file of the format, and how many records it holds. */
  readonly file: Uint8Array
  readonly recordsCount: number
  /** Records that an end of file holds back (pairs, sessions) make the prefix rule not apply. */
  readonly emitsInOrder: boolean
  /** A record of more than RECORD_BYTES_MAX, wrapped as the format needs it; one record. */
  readonly oversized: Uint8Array
  /** Something `detect` is sure of; false for formats that only a person can name. */
  readonly isDetectable: boolean
}

const RUNS = { numRuns: 60 }

export function describeFormat(spec: ConformanceCase): void {
  const { adapter, source, file } = spec
  const decode = (bytes: Uint8Array, chunkBytes?: number) =>
    decodeFile(adapter, source, bytes, chunkBytes)

  describe(`${adapter.name}: what every format holds`, () => {
    test('each input record ends as exactly one record', () => {
      expect(decode(file)).toHaveLength(spec.recordsCount)
    })

    test('chunks may be cut anywhere', () => {
      const whole = decode(file, file.length + 1)
      expect(decode(file, 1)).toEqual(whole)
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 997 }), (chunkBytes) => {
          expect(decode(file, chunkBytes)).toEqual(whole)
        }),
        RUNS,
      )
    })

    test('a caller may use its chunk again', () => {
      const decoder = adapter.createDecoder(source)
      const records: DecodedRecord[] = []
      const chunk = new Uint8Array(113)
      for (let at = 0; at < file.length; at += chunk.length) {
        const part = file.subarray(at, at + chunk.length)
        chunk.set(part)
        decoder.push(chunk.subarray(0, part.length), (record) => void records.push(record))
        chunk.fill(0x58)
      }
      decoder.end((record) => void records.push(record))
      expect(records).toEqual(decode(file))
    })

    test('the same file gives the same keys again', () => {
      const [once, again] = [decode(file), decode(file)]
      expect(once).toEqual(again)
    })

    test('random bytes never throw, and chunks do not change what they give', () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 400 }),
          fc.integer({ min: 1, max: 9 }),
          (noise, cut) => {
            expect(decode(noise, cut)).toEqual(decode(noise))
          },
        ),
        RUNS,
      )
    })

    test('a file cut anywhere keeps the records before the cut', () => {
      const whole = decode(file)
      fc.assert(
        fc.property(fc.integer({ min: 0, max: file.length }), (length) => {
          const cut = decode(file.subarray(0, length))
          expect(cut.length).toBeLessThanOrEqual(whole.length)
          if (spec.emitsInOrder)
            expect(cut.slice(0, -1)).toEqual(whole.slice(0, Math.max(cut.length - 1, 0)))
        }),
        RUNS,
      )
    })

    test('a flipped byte never throws', () => {
      fc.assert(
        fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const flipped = Uint8Array.from(file)
          flipped[at] = (flipped[at] ?? 0) ^ flip
          expect(decode(flipped, 61)).toEqual(decode(flipped))
        }),
        RUNS,
      )
    })

    test('a record of 10 MB is rejected with its first bytes, and the rest goes on', () => {
      const records = decode(spec.oversized)
      expect(tally(records)).toContain('rejected:malformed_record')
      for (const record of records) expect(record.raw.length).toBeLessThanOrEqual(2_048)
      expect(spec.oversized.length).toBeGreaterThan(RECORD_BYTES_MAX)
      expect(decode(spec.oversized, 1_000_003)).toEqual(records)
    })

    test('detection knows its own file and nothing of noise', () => {
      const noise = Uint8Array.from({ length: 512 }, (_, at) => (at * 37 + 11) % 256)
      expect(adapter.detect(noise, 'noise.bin')).toBe(0)
      expect(adapter.detect(new Uint8Array(0), 'empty')).toBe(0)
      if (spec.isDetectable) expect(adapter.detect(file, 'some-file')).toBeGreaterThanOrEqual(0.5)
    })
  })
}
