import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { PendingCall } from '../../format.ts'
import {
  decodeFile,
  plainSource,
  runDecoder,
  tally,
} from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'
import { RadiusSessions } from './radius-sessions.ts'
import { radiusAdapter } from './radius.ts'

const file = readFileSync('fixtures/cdr/radius/detail.txt')

describeFormat({
  adapter: radiusAdapter,
  source: plainSource('radius'),
  file,
  recordsCount: 11,
  emitsInOrder: false,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, 'a'), Buffer.from('\n'), file]),
  isDetectable: true,
})

function decode(text: string | Buffer, options = {}): DecodedRecord[] {
  return decodeFile(radiusAdapter, plainSource('radius', options), text)
}

function cdrs(records: readonly DecodedRecord[]): Cdr[] {
  return records.filter((one) => one.status === 'cdr')
}

function record(status: string, changes: Record<string, string | number> = {}): string {
  const attributes = {
    'NAS-IP-Address': '192.0.2.1',
    'Acct-Session-Id': '"s1"',
    'Acct-Status-Type': status,
    'Acct-Session-Time': 60,
    'Acct-Input-Octets': 10,
    'Acct-Output-Octets': 20,
    'Calling-Station-Id': '"31612345678"',
    'Event-Timestamp': 1_791_183_660,
    ...changes,
  }
  const lines = Object.entries(attributes).map(([name, value]) => `\t${name} = ${value}\n`)
  return `Mon Oct  5 09:01:00 2026\n${lines.join('')}\n`
}

const someSim = {
  kind: 'data' as const,
  servedNumber: '31612345678',
  imsi: '',
  trunk: '',
  sender: '31612345678',
  receiver: '',
  visitedNetwork: '',
}

test('the fixture ends as its records say', () => {
  expect(tally(decode(file))).toBe(
    'cdr 3, rejected:call_incomplete 1, rejected:invalid_quantity 1, rejected:invalid_time 1, ' +
      'rejected:malformed_record 1, unbillable:control_record 2, unbillable:superseded 2',
  )
})

describe('counters', () => {
  test('the Stop counts, with its gigawords; the interim records before it do not', () => {
    expect(cdrs(decode(file))[0]).toMatchObject({
      recordKey: '192.0.2.1/s1/stop',
      servedNumber: '31612345678',
      trunk: 'sim1@example.net',
      startMs: Date.UTC(2026, 9, 5, 7),
      durationSeconds: 1_800,
      volumeUpBytes: 3_000,
      volumeDownBytes: 4_294_967_301,
    })
  })

  test('a Stop that is sent again has the same key', () => {
    const keys = cdrs(decode(record('Stop') + record('Stop'))).map((cdr) => cdr.recordKey)
    expect(keys).toEqual(['192.0.2.1/s1/stop', '192.0.2.1/s1/stop'])
  })

  test('an interim record that comes late is superseded, not newer', () => {
    const late = record('Interim-Update', { 'Acct-Session-Time': 30, 'Acct-Input-Octets': 5 })
    expect(tally(decode(record('Interim-Update') + late))).toBe(
      'rejected:call_incomplete 1, unbillable:superseded 1',
    )
  })

  test('a session without Stop counts when its gateway restarts, and only its own', () => {
    const other = record('Interim-Update', { 'NAS-IP-Address': '192.0.2.9' })
    const restart =
      'Mon Oct  5 09:02:00 2026\n\tNAS-IP-Address = 192.0.2.1\n\tAcct-Status-Type = Accounting-On\n\n'
    expect(tally(decode(record('Interim-Update') + other + restart))).toBe(
      'cdr 1, rejected:call_incomplete 1, unbillable:control_record 1',
    )
  })
})

const HOUR = 3_600
const GB = 1_000_000_000
/** `seconds input output`, and gigawords of the output where a gateway has them. */
const counted = (status: string, line: string) => {
  const [seconds = '', input = '', output = '', gigawords] = line.split(' ')
  return record(status, {
    'Acct-Session-Time': seconds,
    'Acct-Input-Octets': input,
    'Acct-Output-Octets': output,
    ...(gigawords === undefined ? {} : { 'Acct-Output-Gigawords': gigawords }),
    'Event-Timestamp': 1_791_180_000 + Number(seconds),
  })
}
const sessionOf = (...lines: string[]) =>
  lines
    .map((line, index) => counted(index < lines.length - 1 ? 'Interim-Update' : 'Stop', line))
    .join('')
const used = (records: readonly DecodedRecord[]) =>
  cdrs(records).map((cdr) => [cdr.durationSeconds, cdr.volumeUpBytes, cdr.volumeDownBytes])

describe('counters that fall', () => {
  const wrapping = [
    `${HOUR} 1000000 ${3 * GB}`,
    `${2 * HOUR} 2000000 ${6 * GB - 2 ** 32}`,
    `${3 * HOUR} 3000000 ${9 * GB - 2 * 2 ** 32}`,
    `${4 * HOUR} 4000000 ${9.4 * GB - 2 * 2 ** 32}`,
  ]

  test('32 bits without gigawords that wrapped are made good', () => {
    expect(used(decode(sessionOf(...wrapping)))).toEqual([[4 * HOUR, 4_000_000, 9.4 * GB]])
    expect(tally(decode(sessionOf(...wrapping)))).toBe('cdr 1, unbillable:superseded 3')
  })

  test('the parts of a session that wrapped make the same whole', () => {
    const parts = used(decode(sessionOf(...wrapping), { interim: 'parts', carryOpen: true }))
    expect(parts.map(([, , down]) => down)).toEqual([3 * GB, 3 * GB, 3 * GB, 0.4 * GB])
  })

  test('a wrap is remembered in the next file, and a Stop that comes again is known', () => {
    const source = plainSource('radius', { carryOpen: true })
    const texts = wrapping.map((line, index) =>
      counted(index < 3 ? 'Interim-Update' : 'Stop', line),
    )
    let pending: readonly PendingCall[] = []
    const found = [...texts, texts.at(-1) ?? ''].map((text) => {
      const decoder = radiusAdapter.createDecoder(source)
      decoder.restorePending?.(JSON.parse(JSON.stringify(pending)))
      const records = runDecoder(decoder, text)
      pending = decoder.pendingCalls?.() ?? []
      return records
    })
    expect(used(found.flat())).toEqual([[4 * HOUR, 4_000_000, 9.4 * GB]])
    expect(tally(found.at(-1) ?? [])).toBe('unbillable:superseded 1')
  })

  test('a record from before the wrap that comes late is superseded', () => {
    const [first = '', second = ''] = wrapping
    const late = counted('Interim-Update', first)
    const records = decode(
      counted('Interim-Update', first) + counted('Interim-Update', second) + late,
    )
    expect(tally(records)).toBe('rejected:call_incomplete 1, unbillable:superseded 2')
  })

  test.each<[string, string, string]>([
    ['1000 5000000 400000000 0', '2000 6000000 100000000 0', 'its gateway counts gigawords'],
    ['1000 5000000 400000000', '2000 6000000 0', 'a counter that is 0 was cleared'],
    ['86000 5000000 400000000', '86060 5000001 10000', 'too much in too short a time'],
    ['3600 1 4000000000', '90000 2 100000000', 'it may have wrapped more than once'],
    ['1000 5000000 400000000', '900 6000000 400000000', 'the session time did not go on'],
  ])('%s, then %s: what was seen is charged, the Stop says why not', (before, after, why) => {
    const records = decode(sessionOf(before, after))
    const [seconds, input, output] = before.split(' ').map(Number)
    expect(used(records)).toEqual([[seconds, input, output]])
    const rejects = records.flatMap((one) => (one.status === 'rejected' ? [one] : []))
    expect(rejects.map((reject) => reject.reason)).toEqual(['invalid_quantity'])
    expect(rejects[0]?.detail).toContain(why)
    const parts = decode(sessionOf(before, after), { interim: 'parts', carryOpen: true })
    expect(used(parts)).toEqual([[seconds, input, output]])
    expect(tally(parts)).toBe('cdr 1, rejected:invalid_quantity 1')
  })

  test('a Stop with less than its interim record never replaces it', () => {
    const records = decode(sessionOf('86000 50000000 500000000', '0 0 0'))
    expect(used(records)).toEqual([[86_000, 50_000_000, 500_000_000]])
    expect(tally(records)).toBe('cdr 1, unbillable:superseded 1')
    const again = decode(sessionOf('86000 50000000 500000000', '0 0 0') + counted('Stop', '0 0 0'))
    expect(tally(again)).toBe('cdr 1, unbillable:superseded 2')
  })

  test('a counter that a record leaves out stays where it was', () => {
    const bare = record('Stop', { 'Acct-Session-Time': 90, 'Event-Timestamp': 1_791_183_690 })
    const stop = bare
      .replace(/\tAcct-(?:Input|Output)-Octets.*\n/g, '')
      .replace(/\tAcct-Out.*\n/, '')
    expect(used(decode(record('Interim-Update') + stop))).toEqual([[90, 10, 20]])
  })
})

test.each([' ', '\t', 'a', '=', '"', ':'])(
  'a value with a long run of "%s" is read in one pass',
  (letter) => {
    const startedMs = performance.now()
    decode(record('Stop', { Class: `x${letter.repeat(300_000)}x`, [letter.repeat(300_000)]: 1 }))
    expect(performance.now() - startedMs).toBeLessThan(1_000)
  },
)

describe('parts', () => {
  const options = { interim: 'parts', carryOpen: true }
  const first = record('Interim-Update')
  const second = record('Interim-Update', {
    'Acct-Session-Time': 100,
    'Acct-Input-Octets': 15,
    'Acct-Output-Octets': 21,
    'Event-Timestamp': 1_791_183_700,
  })
  const stop = record('Stop', {
    'Acct-Session-Time': 130,
    'Acct-Input-Octets': 15,
    'Acct-Output-Octets': 40,
    'Event-Timestamp': 1_791_183_730,
  })

  test('each record counts what it adds, and the parts make the whole', () => {
    const parts = cdrs(decode(first + second + stop, options))
    expect(parts.map((part) => part.durationSeconds)).toEqual([60, 40, 30])
    expect(parts.map((part) => part.volumeUpBytes)).toEqual([10, 5, 0])
    expect(parts.map((part) => part.volumeDownBytes)).toEqual([20, 1, 19])
    expect(parts.map((part) => part.partNumber)).toEqual([1, 2, 3])
    expect(new Set(parts.map((part) => part.sessionKey)).size).toBe(1)
    expect(parts[1]?.startMs).toBe(1_791_183_660_000)
  })

  test('an interim record that is sent again adds nothing', () => {
    expect(tally(decode(first + first + stop, options))).toBe('cdr 2, unbillable:superseded 1')
  })

  test('the counters go on in the next file', () => {
    const source = plainSource('radius', options)
    const before = radiusAdapter.createDecoder(source)
    runDecoder(before, first)
    const after = radiusAdapter.createDecoder(source)
    after.restorePending?.(JSON.parse(JSON.stringify(before.pendingCalls?.())))
    expect(cdrs(runDecoder(after, stop))[0]).toMatchObject({
      durationSeconds: 70,
      volumeUpBytes: 5,
      volumeDownBytes: 20,
    })
    expect(() => decode('', { interim: 'parts' })).toThrow(/options\.interim/)
  })

  test('a Stop that is sent again, in the same file or a later one, charges nothing again', () => {
    expect(tally(decode(first + stop + stop, options))).toBe('cdr 2, unbillable:superseded 1')
    const source = plainSource('radius', options)
    const before = radiusAdapter.createDecoder(source)
    runDecoder(before, first + stop)
    const after = radiusAdapter.createDecoder(source)
    after.restorePending?.(before.pendingCalls?.() ?? [])
    expect(tally(runDecoder(after, stop))).toBe('unbillable:superseded 1')
  })

  test('a session of an ended name that began after its end is another one', () => {
    const later = record('Interim-Update', { 'Event-Timestamp': 1_791_190_000 })
    expect(tally(decode(first + stop + later, options))).toBe('cdr 3')
  })

  test('the middle of a session whose beginning nobody knows is not charged whole', () => {
    const long = record('Stop', { 'Acct-Session-Time': 72 * 3_600 + 1 })
    expect(tally(decode(long, options))).toBe('rejected:call_incomplete 1')
  })

  test('beyond the bound of open sessions a new one waits, and what is counted is not forgotten', () => {
    const emitted: DecodedRecord[] = []
    const rules = { interim: 'parts' as const, carryOpen: true, openHours: 72, openSessionsMax: 1 }
    const sessions = new RadiusSessions({ ...rules, identify: () => someSim })
    const accept = (session: string, seconds: number) =>
      sessions.accept(
        {
          status: 'interim',
          nas: 'n',
          session,
          atMs: 1_791_183_660_000 + seconds * 1_000,
          sessionSeconds: seconds,
          inputBytes: seconds,
          outputBytes: 0,
          hasGigawords: false,
          read: () => '',
        },
        session,
        (one) => void emitted.push(one),
      )
    accept('a', 10)
    accept('b', 10)
    accept('a', 30)
    expect(tally(emitted)).toBe('cdr 2, rejected:call_incomplete 1')
    expect(cdrs(emitted).map((cdr) => cdr.volumeUpBytes)).toEqual([10, 20])
  })
})

test('a session that is open at the end of a file can be carried over', () => {
  const source = plainSource('radius', { carryOpen: true })
  const before = radiusAdapter.createDecoder(source)
  expect(tally(runDecoder(before, record('Interim-Update')))).toBe('unbillable:carried_over 1')
  const after = radiusAdapter.createDecoder(source)
  after.restorePending?.(before.pendingCalls?.() ?? [])
  expect(tally(runDecoder(after, record('Stop')))).toBe('cdr 1')
  expect(after.pendingCalls?.()).toEqual([])
})

test('a session that was carried over counts with its last counters when its gateway restarts', () => {
  const source = plainSource('radius', { carryOpen: true })
  const before = radiusAdapter.createDecoder(source)
  runDecoder(before, record('Interim-Update'))
  const after = radiusAdapter.createDecoder(source)
  after.restorePending?.(before.pendingCalls?.() ?? [])
  const restart =
    'Mon Oct  5 09:02:00 2026\n\tNAS-IP-Address = 192.0.2.1\n\tAcct-Status-Type = Accounting-On\n\n'
  expect(cdrs(runDecoder(after, restart))).toMatchObject([
    { recordKey: '192.0.2.1/s1/stop', durationSeconds: 60, volumeDownBytes: 20 },
  ])
})

describe('time', () => {
  test.each([
    ['"Oct  5 2026 09:01:00 CEST"', Date.UTC(2026, 9, 5, 7)],
    ['"Oct 25 2026 02:31:00 CEST"', Date.UTC(2026, 9, 25, 0, 30)],
    ['"Oct 25 2026 02:31:00 CET"', Date.UTC(2026, 9, 25, 1, 30)],
    ["'Feb  1 2015 08:29:58 WIB'", Date.UTC(2015, 1, 1, 1, 28, 58)],
    ['"2026-10-05T09:01:00+02:00"', Date.UTC(2026, 9, 5, 7)],
  ])('Event-Timestamp %s', (text, startMs) => {
    expect(cdrs(decode(record('Stop', { 'Event-Timestamp': text })))[0]?.startMs).toBe(startMs)
  })

  test('without it, the time of receipt less the delay', () => {
    const received = record('Stop', { 'Acct-Delay-Time': 5 }).replace(/\tEvent-Timestamp.*\n/, '')
    expect(cdrs(decode(received))[0]?.startMs).toBe(Date.UTC(2026, 9, 5, 6, 59, 55))
  })

  test('a zone that is not known is no time, unless the source says what it is', () => {
    const text = record('Stop', { 'Event-Timestamp': '"Oct  5 2026 09:01:00 IST"' })
    expect(tally(decode(text))).toBe('rejected:invalid_time 1')
    expect(tally(decode(text, { zoneAbbreviations: { IST: '+0530' } }))).toBe('cdr 1')
  })
})

describe('text', () => {
  test('a plain list of attributes with comments', () => {
    const list = record('Stop')
      .replace(/^Mon.*\n/, '# a comment\n')
      .replaceAll('\t', '')
    expect(tally(decode(`${list}# the answer\nPacket-Type == Access-Accept\n`))).toBe(
      'cdr 1, unbillable:control_record 1',
    )
  })

  test('vendor attributes of either spelling', () => {
    const [cdr] = cdrs(
      decode(
        record('Stop', {
          'Vendor-Specific.3GPP.IMSI': '"204040000000001"',
          '3GPP-SGSN-MCC-MNC': '"26201"',
        }),
      ),
    )
    expect(cdr).toMatchObject({ imsi: '204040000000001', visitedNetwork: '262-01' })
  })

  test('a record that the end of the file cuts between its lines is truncated', () => {
    const whole = record('Stop', { 'Acct-Output-Gigawords': 3 })
    const cut = whole.slice(0, whole.indexOf('\tAcct-Output-Gigawords'))
    expect(tally(decode(cut))).toBe('rejected:truncated_record 1')
    expect(tally(decode(whole.slice(0, -6)))).toBe('rejected:truncated_record 1')
  })

  test('calls of a gateway are voice', () => {
    const call = record('Stop', { 'Called-Station-Id': '"0031201234567"' })
    expect(cdrs(decode(call, { kind: 'voice' }))[0]).toMatchObject({
      kind: 'voice',
      receiver: '0031201234567',
      durationSeconds: 60,
    })
  })
})
