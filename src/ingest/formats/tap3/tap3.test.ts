import { describe, expect, test } from 'vitest'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { FileFacts } from '../../format.ts'
import {
  decodeFile,
  plainSource,
  runDecoder,
  tally,
} from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'
import { TAP } from './tap3-tags.ts'
import { berElement, tapFile, tapNotification } from '../../../../test/doubles/tap3-writer.ts'
import type { TapFileEvent } from '../../../../test/doubles/tap3-writer.ts'
import { tap3Adapter } from './tap3.ts'

const EVENTS: readonly TapFileEvent[] = [
  { kind: 'mo', seconds: 61, charge: 1_500 },
  { kind: 'mt', seconds: 30, start: '20261005091500' },
  { kind: 'sms-mo', charge: 20, start: '20261005092000' },
  { kind: 'sms-mo', charge: 20, start: '20261005092000' },
  { kind: 'sms-mt', start: '20261005092100' },
  { kind: 'gprs', up: 4_294_967_297, down: 92_160_428, charge: 300, start: '20261005093000' },
  { kind: 'supplementary' },
]
const file = tapFile(EVENTS)
const source = plainSource('tap3')

for (const indefinite of [false, true]) {
  const hugeEvent = berElement(TAP.mobileOriginatedCall, [Buffer.alloc(10_000_000)])
  const huge = berElement(TAP.transferBatch, [
    berElement(TAP.callEventDetailList, [hugeEvent, hugeEvent], indefinite),
  ])
  describeFormat({
    adapter: tap3Adapter,
    source,
    file: tapFile(EVENTS, { indefinite }),
    recordsCount: EVENTS.length,
    emitsInOrder: true,
    oversized: huge,
    isDetectable: true,
  })
}

function decode(bytes: Buffer, options = {}): { records: DecodedRecord[]; facts: FileFacts } {
  const decoder = tap3Adapter.createDecoder(plainSource('tap3', options))
  const records = runDecoder(decoder, bytes)
  const facts = decoder.fileFacts?.()
  if (facts === undefined) throw new Error('no facts')
  return { records, facts }
}

function withoutRaw(bytes: Buffer): DecodedRecord[] {
  return decode(bytes).records.map((record) => ({ ...record, raw: '' }))
}

function only(event: TapFileEvent, options = {}): Cdr {
  const [record] = decode(tapFile([event]), options).records
  if (record?.status !== 'cdr') throw new Error(JSON.stringify(record))
  return record
}

describe('events', () => {
  test('calls, messages by teleservice, and data are what they are', () => {
    const { records } = decode(file)
    const kinds = records.map((r) => (r.status === 'cdr' ? `${r.kind} ${r.direction}` : r.reason))
    expect(kinds).toEqual([
      'voice out',
      'voice in',
      'sms out',
      'sms out',
      'sms in',
      'data out',
      'control_record',
    ])
  })

  test('two identical messages have keys of their own', () => {
    const keys = decode(file).records.map((r) => (r.status === 'cdr' ? r.recordKey : ''))
    expect(keys[2]).toBe('DEUD1>NLDLT:C2026:00042/3')
    expect(keys[3]).toBe('DEUD1>NLDLT:C2026:00042/4')
  })

  test('definite and indefinite lengths give the same records', () => {
    expect(withoutRaw(tapFile(EVENTS, { indefinite: true }))).toEqual(withoutRaw(file))
  })

  test('data volumes beyond 2^32, the session by gateway and charging id', () => {
    expect(only({ kind: 'gprs', up: 4_294_967_297, down: 5, chargingId: 9 })).toMatchObject({
      volumeUpBytes: 4_294_967_297,
      volumeDownBytes: 5,
      sessionKey: 'DEUD1/192.0.2.7/9/204040000000001',
      partNumber: 1,
      imsi: '204040000000001',
    })
  })

  test('local time with the offset of its code', () => {
    expect(only({ kind: 'sms-mo', offsetCode: 0 }).startMs).toBe(Date.UTC(2026, 9, 5, 7))
    expect(only({ kind: 'sms-mo', offsetCode: 1 }).startMs).toBe(Date.UTC(2026, 9, 5, 8))
    expect(tally(decode(tapFile([{ kind: 'sms-mo', offsetCode: 9 }])).records)).toBe(
      'rejected:invalid_time 1',
    )
  })

  test('numbers: filler dropped, international ones signed, short codes as they are', () => {
    expect(only({ kind: 'mo', seconds: 1 })).toMatchObject({
      sender: '+31612345678',
      receiver: '+4930123456',
      visitedNetwork: 'TADIG:DEUD1',
    })
    expect(only({ kind: 'mo', seconds: 1, other: '112' }).receiver).toBe('112')
    expect(only({ kind: 'mo', seconds: 1, other: '*100#' }).receiver).toBe('*100#')
    const written = { numbers: 'as-written', homeTadigs: ['DEUD1'] }
    expect(only({ kind: 'mo', seconds: 1, other: '30123456' }, written)).toMatchObject({
      receiver: '30123456',
      visitedNetwork: '',
    })
  })

  test.each<[TapFileEvent, string]>([
    [{ kind: 'mo' }, 'rejected:missing_field 1'],
    [{ kind: 'gprs' }, 'rejected:missing_field 1'],
    [{ kind: 'sms-mo', imsi: '', msisdn: '' }, 'rejected:missing_field 1'],
    [{ kind: 'mo', seconds: 0 }, 'cdr 1'],
    [{ kind: 'mo', seconds: 4_000_000 }, 'rejected:invalid_quantity 1'],
    [{ kind: 'gprs', up: 2 ** 52, down: 1 }, 'rejected:invalid_quantity 1'],
    [{ kind: 'sms-mo', start: '20261305090000' }, 'rejected:invalid_time 1'],
    [{ kind: 'supplementary', charge: 5 }, 'rejected:call_type_unknown 1'],
  ])('%j ends as %s', (event, expected) => {
    expect(tally(decode(tapFile([event])).records)).toBe(expected)
  })

  test('an event that is no BER costs itself only', () => {
    const bad = berElement(TAP.mobileOriginatedCall, [Buffer.from('7f81ff', 'hex')])
    const batch = berElement(TAP.transferBatch, [berElement(TAP.callEventDetailList, [bad, bad])])
    expect(tally(decode(batch).records)).toBe('rejected:malformed_record 2')
  })
})

describe('what the sender charges', () => {
  const call: TapFileEvent = { kind: 'mo', seconds: 61, charge: 1_500 }
  const amountOf = (options: Parameters<typeof tapFile>[1], asked = {}): string | undefined => {
    const [record] = decode(tapFile([call], options), { charges: true, ...asked }).records
    return record?.status === 'cdr' ? record.amount : 'no record'
  }

  test('the total in the currency and decimal places of the file', () => {
    expect(amountOf({ currency: { local: 'GBP', tap: 'EUR', decimals: 3 } })).toBe('1.500 EUR')
    expect(amountOf({ currency: { local: 'GBP', decimals: 2 } })).toBe('15.00 GBP')
  })

  test('nothing where the file does not say in what it counts, or nobody asked', () => {
    expect(amountOf({ currency: { local: 'GBP' } })).toBe('')
    expect(amountOf({})).toBe('')
    const said = { currency: { local: 'GBP', decimals: 2 } }
    expect(amountOf(said, { charges: false })).toBeUndefined()
  })
})

describe('the file', () => {
  test('its own identity and sequence', () => {
    expect(decode(file).facts).toMatchObject({
      stream: 'TAP:CD:DEUD1>NLDLT',
      sequence: 42,
      sequenceMax: 99_999,
      problems: [],
      mayCount: true,
    })
  })

  test('the audit must fit: count, and charge without its components', () => {
    expect(decode(tapFile(EVENTS, { count: 8 })).facts).toMatchObject({
      problems: ['the audit counts 8 events, the file has 7'],
      mayCount: false,
    })
    expect(decode(tapFile(EVENTS, { charge: 3_680 })).facts).toMatchObject({
      problems: ['the audit charges 3680, the events 1840'],
      mayCount: false,
    })
    expect(decode(tapFile(EVENTS, { audit: false })).facts.problems).toEqual([
      'the file has no audit',
    ])
  })

  test('a test file charges nobody', () => {
    const { records, facts } = decode(tapFile(EVENTS, { fileType: 'T' }))
    expect(tally(records)).toBe('unbillable:control_record 7')
    expect(facts).toMatchObject({ isTest: true, stream: 'TAP:TD:DEUD1>NLDLT' })
  })

  test('a notification has a sequence number and no records', () => {
    const { records, facts } = decode(tapNotification('00043'))
    expect(records).toEqual([])
    expect(facts).toMatchObject({ sequence: 43, stream: 'TAP:CD:DEUD1>NLDLT', mayCount: true })
  })

  test('a file that is cut off may not count', () => {
    const { records, facts } = decode(file.subarray(0, file.length - 100))
    expect(facts.mayCount).toBe(false)
    expect(facts.problems).toContain('the file is cut off')
    expect(tally(records)).toContain('cdr 6')
  })

  test.each([false, true])(
    'cut at any byte it has the whole events, and one more at most',
    (indefinite) => {
      const whole = tapFile(EVENTS, { indefinite })
      const expected = decode(whole).records
      for (let length = 0; length < whole.length; length += 1) {
        const { records, facts } = decode(whole.subarray(0, length))
        expect(facts.mayCount, `cut at ${length}`).toBe(false)
        expect(records.length, `cut at ${length}`).toBeLessThanOrEqual(expected.length)
        const before = Math.max(records.length - 1, 0)
        expect(records.slice(0, before), `cut at ${length}`).toEqual(expected.slice(0, before))
      }
    },
  )

  test('a file that a text transfer damaged may not count', () => {
    const odd = tapFile([{ kind: 'mo', seconds: 10, charge: 10 }, ...EVENTS])
    const damaged = Buffer.from(odd.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
    expect(damaged.length).toBeGreaterThan(odd.length)
    expect(decode(damaged).facts.mayCount).toBe(false)
    expect(decode(Buffer.concat([file, Buffer.from('x')])).facts.mayCount).toBe(false)
    expect(decode(Buffer.concat([file, Buffer.alloc(512)])).facts.mayCount).toBe(true)
  })

  test('a bomb of nested elements is one record, quickly', () => {
    const bomb = Buffer.alloc(1_000_000, Buffer.from([0x69, 0x80]))
    const list = Buffer.concat([Buffer.from([0x61, 0x80, 0x63, 0x80]), bomb])
    expect(tally(decode(list).records)).toBe('rejected:malformed_record 1')
    let nested: Buffer = Buffer.alloc(0)
    for (let depth = 0; depth < 1_000; depth += 1) {
      nested = berElement(TAP.mobileOriginatedCall, [nested])
    }
    const batch = berElement(TAP.transferBatch, [berElement(TAP.callEventDetailList, [nested])])
    expect(tally(decode(batch).records)).toBe('rejected:malformed_record 1')
  })

  test('without batch control the content hash is the key', () => {
    const event = tapFile([{ kind: 'sms-mo' }])
    const bare = berElement(TAP.transferBatch, [
      berElement(TAP.callEventDetailList, [berElement(TAP.mobileOriginatedCall, [])]),
    ])
    expect(decodeFile(tap3Adapter, source, event)).toHaveLength(1)
    expect(tally(decode(bare).records)).toBe('rejected:missing_field 1')
    expect(decode(bare, { fileIdentity: 'sha' }).records[0]).toMatchObject({
      detail: 'neither IMSI nor MSISDN',
    })
  })
})

test('a large event in small chunks is copied once, not for each chunk', () => {
  const event = berElement(TAP.mobileOriginatedCall, [Buffer.alloc(1_000_000)])
  const batch = berElement(TAP.transferBatch, [berElement(TAP.callEventDetailList, [event])])
  const startedMs = performance.now()
  const records = decodeFile(tap3Adapter, source, batch, 100)
  expect(tally(records)).toBe('rejected:malformed_record 1')
  expect(performance.now() - startedMs).toBeLessThan(3_000)
})
