import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import {
  decodeFile,
  plainSource,
  runDecoder,
  tally,
} from '../../../../test/doubles/decoding-run.ts'
import { delimitedAdapter } from './delimited.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'

const columns = {
  key: ['id'],
  kind: 'type',
  direction: 'dir',
  sender: 'calling',
  receiver: 'called',
  start: 'start',
  duration: 'dur',
  volume: 'bytes',
}
const file = readFileSync('fixtures/cdr/delimited/mixed.csv')

describeFormat({
  adapter: delimitedAdapter,
  source: plainSource('delimited', { delimiter: ';', columns }),
  file,
  recordsCount: 10,
  emitsInOrder: true,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, 'a;'), Buffer.from('\n'), file]),
  isDetectable: false,
})

function decode(rows: string | Buffer, options: object, timeZone?: string): DecodedRecord[] {
  return decodeFile(delimitedAdapter, plainSource('delimited', { ...options }, timeZone), rows)
}

function first(rows: string, options: object, timeZone?: string): Cdr {
  const [record] = decode(rows, options, timeZone)
  if (record?.status !== 'cdr') throw new Error(JSON.stringify(record))
  return record
}

const short = { id: 1, start: 2, duration: 3, sender: 4, receiver: 5 }
const bare = { header: false, columns: short }

const seconds = (text: string, more: object) =>
  decode(`1,2026-10-05 09:00:00,${text},31,32\n`, { ...bare, ...more }).map((record) =>
    record.status === 'cdr' ? record.durationSeconds : record.reason,
  )[0]

const startOf = (text: string, time: object, timeZone?: string) => {
  const [record] = decode(
    `1|${text}|5\n`,
    {
      header: false,
      delimiter: '|',
      columns: { id: 1, start: 2, duration: 3 },
      time,
    },
    timeZone,
  )
  return record?.status === 'cdr' ? new Date(record.startMs).toISOString() : record?.reason
}

const kindLine = (kind: string, dir: string) =>
  `1,2026-10-05 09:00:00,5,31201,31612,${kind},${dir}\n`

const networkAt = (text: string, more: object) =>
  first(`1,2026-10-05 09:00:00,5,31,32,${text}\n`, {
    header: false,
    columns: { ...short, visitedNetwork: 6 },
    ...more,
  }).visitedNetwork

test('the fixture ends as its rows say', () => {
  const records = decode(file, { delimiter: ';', columns })
  expect(tally(records)).toBe(
    'cdr 5, rejected:invalid_quantity 1, rejected:invalid_time 1, ' +
      'rejected:malformed_record 2, rejected:missing_field 1',
  )
})

describe('record key', () => {
  test('two identical messages are two usages', () => {
    const keys = decode(file, { delimiter: ';', columns })
      .filter((record) => record.status === 'cdr')
      .map((record) => record.recordKey)
    expect(keys).toEqual(['1001', '1002', '1002#1', '1003', '1005'])
  })

  test('an id is not numbered: the same id again is the same record', () => {
    const line = 'a1,2026-10-05 09:00:00,60,31,32\n'
    const keys = decode(line + line, bare).map((r) => (r.status === 'cdr' ? r.recordKey : ''))
    expect(keys).toEqual(['a1', 'a1'])
  })

  test('several key columns never join to the same key', () => {
    const options = { header: false, columns: { ...short, id: [1, 2], start: 3, duration: 4 } }
    const one = first('a|b,c,2026-10-05 09:00:00,60,1\n', options).recordKey
    const other = first('a,b|c,2026-10-05 09:00:00,60,1\n', options).recordKey
    expect(one).not.toBe(other)
  })

  test('without key columns, the file and the number of the record', () => {
    const line = 'x,2026-10-05 09:00:00,60,31,32\n'
    const { id: _id, ...keyless } = short
    const options = { header: false, columns: keyless, fileIdentity: 'sha' }
    const keys = decode(line + line, options).map((r) => (r.status === 'cdr' ? r.recordKey : ''))
    expect(keys).toEqual(['sha/1', 'sha/2'])
    expect(() => decode('', { header: false, columns: keyless })).toThrow(/name id or key columns/)
  })

  test('an empty id is missing', () => {
    expect(tally(decode(',2026-10-05 09:00:00,60,31,32\n', bare))).toBe('rejected:missing_field 1')
  })
})

describe('a wrong mapping says which option is wrong', () => {
  test.each([
    [{ columns: { ...short, start: undefined } }, /options\.columns\.start/],
    [{ columns: { ...short, startt: 2 } }, /startt/],
    [{ columns: { ...short, key: 1 } }, /options\.columns: name either id .* or key/],
    [{ columns: { ...short, volume: 3, volumeDown: 4 } }, /options\.columns: name either volume/],
    [{ columns: short, delimiter: '::' }, /options\.delimiter/],
    [{ columns: short, time: { formats: 'YYYY' } }, /options\.time\.formats/],
    [
      { columns: short, durationUnit: 'ells' },
      /options\.durationUnit: "ells": "e" is no part of a clock/,
    ],
    [{ columns: short, kinds: { V: 'talk' } }, /options\.kinds\.V/],
    [{ header: false, columns: { ...short, start: 'Start' } }, /columns\.start: a name, but/],
    [{ ...bare, durationUnit: ['seconds', 'hh:mm:ss'] }, /a plain unit comes last/],
    [{ ...bare, looseColumn: 3 }, /options\.looseColumn: needs columnsCount/],
    [{ ...bare, columnsCount: 4 }, /options\.columns\.receiver: 5, but columnsCount is 4/],
    [{ ...bare, columns: { ...short, volume: 6, volumeUp: 7 } }, /name either volume/],
  ])('%j', (options, message) => {
    expect(() => decode('', options)).toThrow(message)
  })

  test('a column that the header does not have rejects its records, by name', () => {
    const records = decode('id,when\n1,2026-10-05 09:00:00\n', {
      columns: { id: 'id', start: 'started' },
    })
    expect(records[0]).toMatchObject({
      reason: 'missing_field',
      detail: 'the header has no column started',
    })
  })

  test('an unknown zone is refused', () => {
    expect(() => decode('', bare, 'Europe/Nowhere')).toThrow(/timeZone: "Europe\/Nowhere"/)
  })
})

describe('columns', () => {
  test('names of the header match in any case, and unknown columns do not matter', () => {
    const rows = 'ID,Extra,START,Seconds\n7,zzz,2026-10-05 09:00:00,61\n'
    const named = { id: 'id', start: 'start', duration: 'seconds' }
    expect(first(rows, { columns: named })).toMatchObject({ recordKey: '7', durationSeconds: 61 })
  })

  test('lines before the header, comments and blank lines are no records', () => {
    const rows = 'Report of October\n\n# made by hand\nid,start,dur\n1,2026-10-05 09:00:00,5\n\n'
    const options = {
      skipLines: 1,
      commentPrefixes: ['#'],
      columns: { id: 'id', start: 'start', duration: 'dur' },
    }
    expect(tally(decode(rows, options))).toBe('cdr 1')
  })

  test('date and time may stand in two columns', () => {
    const options = {
      header: false,
      columns: { id: 1, start: [2, 3], duration: 4 },
      time: { formats: 'DD-MM-YYYY HH:mm:ss' },
    }
    expect(first('1,05-10-2026,09:00:00,5\n', options).startMs).toBe(Date.UTC(2026, 9, 5, 7))
  })

  test('values of kind and direction are mapped; what is not in the map is rejected', () => {
    const options = {
      header: false,
      columns: { ...short, kind: 6, direction: 7 },
      kinds: { V: 'voice', X: 'ignore' },
      directions: { MO: 'out', MT: 'in' },
    }
    expect(first(kindLine('V', 'MT'), options)).toMatchObject({
      direction: 'in',
      servedNumber: '31612',
    })
    expect(tally(decode(kindLine('X', 'MO'), options))).toBe('unbillable:control_record 1')
    expect(tally(decode(kindLine('Z', 'MO'), options))).toBe('rejected:malformed_record 1')
    expect(tally(decode(kindLine('V', '?'), options))).toBe('rejected:malformed_record 1')
  })

  test('a call that was not answered has no duration', () => {
    const options = {
      header: false,
      columns: { ...short, answered: 6 },
      answeredValues: ['Y'],
    }
    expect(first('1,2026-10-05 09:00:00,5,31,32,Y\n', options).durationSeconds).toBe(5)
    expect(first('1,2026-10-05 09:00:00,5,31,32,N\n', options).durationSeconds).toBe(0)
    for (const broken of ['0000-00-00 00:00:00,5', 'NULL,0', ',', '2026-10-05 09:00:00,']) {
      expect(tally(decode(`1,${broken},31,32,N\n`, options))).toBe('unbillable:not_answered 1')
    }
    expect(tally(decode('1,2026-10-05 09:00:00,,31,32,Y\n', options))).toBe(
      'rejected:missing_field 1',
    )
  })

  test('networks: MCC and MNC get their dash, TADIG its mark, home is empty', () => {
    expect(networkAt('26201', {})).toBe('262-01')
    expect(networkAt('DEUD1', { visitedNetworkKind: 'tadig' })).toBe('TADIG:DEUD1')
    expect(networkAt('20404', { homeNetworks: ['204-04'] })).toBe('')
  })
})

test.each([
  ['', 0],
  ['7', 7],
  ['-', 0],
  ['2147483648', 2_147_483_648],
  ['1234567890123456', Infinity],
])('part number "%s" is %d: mediation refuses what the ledger cannot keep', (text, expected) => {
  const options = { header: false, columns: { ...short, partNumber: 6 } }
  expect(first(`1,2026-10-05 09:00:00,5,31,32,${text}\n`, options).partNumber).toBe(expected)
})

describe('quantities', () => {
  test.each([
    ['61', {}, 61],
    ['61.001', {}, 62],
    ['61.999', { durationRounding: 'down' }, 61],
    ['61.5', { durationRounding: 'half-up' }, 62],
    ['61,4', { delimiter: ',', durationRounding: 'half-up' }, 61],
    ['60001', { durationUnit: 'milliseconds' }, 61],
    ['1.5', { durationUnit: 'minutes' }, 90],
    ['1:01:01', { durationUnit: 'hh:mm:ss' }, 3_661],
    ['01:61', { durationUnit: 'mm:ss' }, 'invalid_quantity'],
    ['000130', { durationUnit: 'hh:mm:ss' }, 'invalid_quantity'],
    ['01:30', { durationUnit: 'hh:mm:ss' }, 'invalid_quantity'],
    ['01:30', { durationUnit: ['hh:mm:ss', 'mm:ss'] }, 90],
    ['130', { durationUnit: ['hh:mm:ss', 'seconds'] }, 130],
    ['020512', { durationUnit: 'HHmmss' }, 7_512],
    ['20512', { durationUnit: 'HHmmss' }, 'invalid_quantity'],
    ['0205120', { durationUnit: 'HHmmss' }, 'invalid_quantity'],
    ['026012', { durationUnit: 'HHmmss' }, 'invalid_quantity'],
    ["00:01'05", { durationUnit: "hh:mm'ss" }, 65],
    ['00:01:05', { durationUnit: "hh:mm'ss" }, 'invalid_quantity'],
    ['90:05', { durationUnit: 'mm:ss' }, 5_405],
    ['120:00:01', { durationUnit: 'hh:mm:ss' }, 432_001],
    ['2d 03:04:05', { durationUnit: 'd[d] hh:mm:ss' }, 183_845],
    ['1m5s', { durationUnit: 'm[m]s[s]' }, 65],
    ['0:00:01.001', { durationUnit: 'h:mm:ss.SSS' }, 2],
    ['0:00:01.5', { durationUnit: 'h:mm:ss.f', durationRounding: 'half-up' }, 2],
    ['0:00:01.5', { durationUnit: 'h:mm:ss.SSS' }, 'invalid_quantity'],
    ['6020', { durationUnit: 'centiseconds' }, 61],
    ['601', { durationUnit: 'deciseconds', durationRounding: 'down' }, 60],
    ['60000001', { durationUnit: 'microseconds' }, 61],
    ['0.25', { durationUnit: 'hours' }, 900],
    ['1.1', { durationUnit: 'minutes' }, 66],
    ['6.1E1', {}, 61],
    ['1.5E+2', {}, 'invalid_quantity'],
    ['-1', {}, 'invalid_quantity'],
    ['1e3', {}, 'invalid_quantity'],
    ['NaN', {}, 'invalid_quantity'],
    ['99999999', {}, 'invalid_quantity'],
    ['', {}, 'missing_field'],
  ])('"%s" %j is %s', (text, more, expected) => {
    expect(seconds(text, more)).toBe(expected)
  })

  test.each([
    ['event', '2500000000', 2_500_000_000],
    ['event', '10000000000001', 'invalid_quantity'],
    ['sms', '1000000000', 1_000_000_000],
    ['sms', '1000000001', 'invalid_quantity'],
    ['event', '12.5', 'invalid_quantity'],
  ] as const)('%s: a count of "%s" is %s', (kind, text, expected) => {
    const options = { header: false, kind, columns: { id: 1, start: 2, count: 3 } }
    const [record] = decode(`1,2026-10-05 09:00:00,${text}\n`, options)
    expect(record?.status === 'cdr' ? record.count : record?.reason).toBe(expected)
  })

  test.each([
    ['92160428', {}, 92_160_428],
    ['90000', { volumeUnit: 'KiB' }, 92_160_000],
    ['1.5', { volumeUnit: 'MB' }, 1_500_000],
    ['0.0000001', { volumeUnit: 'MB' }, 1],
    ['0.00012589', { volumeUnit: 'MB' }, 126],
    ['1.2589E-4', { volumeUnit: 'MB' }, 126],
    ['9.2160428E7', {}, 92_160_428],
    ['1e-6', { volumeUnit: 'MB' }, 1],
    ['0.1', { volumeUnit: 'GiB' }, 107_374_183],
    ['123456.789012345678', { volumeUnit: 'MB' }, 123_456_789_013],
    ['1,5E-2', { volumeUnit: 'kB', decimalMark: ',', delimiter: ';' }, 15],
    ['9.22E+07', {}, 'invalid_quantity'],
    ['9E7', {}, 'invalid_quantity'],
    ['1.5E-99', {}, 'invalid_quantity'],
    ['4294967297', {}, 4_294_967_297],
    ['9999999999999999', {}, 'invalid_quantity'],
    ['', {}, 'missing_field'],
  ])('a volume of "%s" %j is %s', (text, more, expected) => {
    const options = {
      header: false,
      kind: 'data',
      columns: { id: 1, start: 2, volume: 3 },
      ...more,
    }
    const delimiter = 'delimiter' in more ? more.delimiter : ','
    const row = ['1', '2026-10-05 09:00:00', text].join(delimiter)
    const [record] = decode(`${row}\n`, options)
    expect(record?.status === 'cdr' ? record.volumeDownBytes : record?.reason).toBe(expected)
  })
})

test('a part of a byte counts once, of both directions together', () => {
  const places = { id: 1, start: 2, volumeUp: 3, volumeDown: 4 }
  const volumes = (up: string, down: string) => {
    const options = { header: false, kind: 'data', columns: places, volumeUnit: 'MB' }
    const [record] = decode(`1,2026-10-05 09:00:00,${up},${down}\n`, options)
    if (record?.status !== 'cdr') return record?.reason
    return [record.volumeUpBytes, record.volumeDownBytes]
  }
  expect(volumes('0.00003211', '0.00012589')).toEqual([33, 125])
  expect(volumes('3.211E-5', '0')).toEqual([33, 0])
  expect(volumes('', '0.00012589')).toEqual([0, 126])
  expect(volumes('1', '0.0000001')).toEqual([1_000_000, 1])
  expect(volumes('1', 'x')).toBe('invalid_quantity')
})

describe('time', () => {
  test.each([
    ['2026-10-05 09:00:00', {}, '2026-10-05T07:00:00.000Z'],
    ['2026-10-05 09:00:00', { zone: 'UTC' }, '2026-10-05T09:00:00.000Z'],
    ['2026-10-05T09:00:00.250+05:30', { formats: 'iso' }, '2026-10-05T03:30:00.250Z'],
    ['1791183600', { formats: 'epoch' }, '2026-10-05T07:00:00.000Z'],
    ['1791183600.5', { formats: 'epoch' }, '2026-10-05T07:00:00.500Z'],
    ['1791183600123', { formats: 'epoch-ms' }, '2026-10-05T07:00:00.123Z'],
    ['20261005090000', { formats: 'YYYYMMDDHHmmss' }, '2026-10-05T07:00:00.000Z'],
    ['5/10/26 9:05', { formats: 'D/M/YY H:mm' }, '2026-10-05T07:05:00.000Z'],
    ['05-10-2026 01:00:00 PM', { formats: 'DD-MM-YYYY hh:mm:ss A' }, '2026-10-05T11:00:00.000Z'],
    ['20261005090000+0200', { formats: 'YYYYMMDDHHmmssZ' }, '2026-10-05T07:00:00.000Z'],
    ['2026-10-25 02:30:00', {}, '2026-10-25T00:30:00.000Z'],
    ['2026-03-29 02:30:00', {}, 'invalid_time'],
    ['2028-02-29 12:00:00', {}, '2028-02-29T11:00:00.000Z'],
    ['2027-02-29 12:00:00', {}, 'invalid_time'],
    ['2026-10-05 24:00:00', {}, 'invalid_time'],
    ['2026-10-05 09:00:00x', {}, 'invalid_time'],
    ['0', { formats: 'epoch' }, 'invalid_time'],
    ['', {}, 'missing_field'],
  ])('"%s" %j', (text, time, expected) => {
    expect(startOf(text, time)).toBe(expected)
  })

  test('a zone whose clock moves by half an hour', () => {
    expect(startOf('2026-10-04 02:15:00', {}, 'Australia/Lord_Howe')).toBe('invalid_time')
    expect(startOf('2026-10-04 02:45:00', {}, 'Australia/Lord_Howe')).toBe(
      '2026-10-03T15:45:00.000Z',
    )
  })
})

describe('rows wider than they should be', () => {
  const named = { id: 'id', start: 'start', duration: 'talk', sender: 'from' }
  const rows = 'id,start,name,ring,talk,from\n1,2026-10-05 09:00:00,Jansen, Piet,5,60,31\n'

  test('a row wider than its header is refused: its columns have moved', () => {
    expect(decode(rows, { columns: named })).toMatchObject([
      { reason: 'malformed_record', detail: '7 columns, but a row has 6: which is which?' },
    ])
    const closed = rows.replace(', Piet', '').replace('31\n', '31,\n')
    expect(tally(decode(closed, { columns: named }))).toBe('rejected:malformed_record 1')
  })

  test('the loose column takes what is too much', () => {
    const loose = { columns: { ...named, served: 'name' }, looseColumn: 'name' }
    expect(first(rows, loose)).toMatchObject({
      durationSeconds: 60,
      sender: '31',
      servedNumber: 'Jansen, Piet',
    })
    const narrow = rows.replace(', Piet', '')
    expect(first(narrow, loose)).toMatchObject({ durationSeconds: 60, sender: '31' })
  })

  test('columnsCount says it where there is no header, or the header is short', () => {
    const positions = { header: false, columns: short, columnsCount: 5 }
    expect(tally(decode('1,2026-10-05 09:00:00,60,31,32\n', positions))).toBe('cdr 1')
    expect(tally(decode('1,2026-10-05 09:00:00,60,31,32,\n', positions))).toBe(
      'rejected:malformed_record 1',
    )
    const wider = { columns: named, columnsCount: 7, looseColumn: 'name' }
    const closed = 'id,start,name,ring,talk,from\n1,2026-10-05 09:00:00,Jansen,5,60,31,\n'
    expect(first(closed, wider)).toMatchObject({ durationSeconds: 60 })
  })
})

describe('values', () => {
  test('a * stands for any text; what is written out comes first, then the longer pattern', () => {
    const options = {
      header: false,
      columns: { ...short, direction: 6 },
      directions: { 'user_*': 'out', '*_in': 'in', user_in: 'in', 'user_out_f*': 'forwarded' },
    }
    const directionOf = (text: string) =>
      decode(`1,2026-10-05 09:00:00,5,31,32,${text}\n`, options).map((record) =>
        record.status === 'cdr' ? record.direction : record.reason,
      )[0]
    expect(directionOf('user_in')).toBe('in')
    expect(directionOf('user_out')).toBe('out')
    expect(directionOf('user_out_forwarding')).toBe('forwarded')
    expect(directionOf('oc_in')).toBe('in')
    expect(directionOf('oc_out')).toBe('malformed_record')
  })

  test.each([
    ['Jan<201>', '201'],
    ['"pn01" <201>', '201'],
    ['"""Jan, de Vries"" <201>"', '201'],
    ['<sip:201@pbx.example>', 'sip:201@pbx.example'],
    ['Jan <>', ''],
    ['a>b', 'a>b'],
  ])('the number of %s stands in brackets', (text, number) => {
    expect(first(`1,2026-10-05 09:00:00,5,${text},32\n`, bare).sender).toBe(number)
    const inward = { ...bare, direction: 'in' }
    expect(first(`1,2026-10-05 09:00:00,5,31,${text}\n`, inward).servedNumber).toBe(number)
  })

  test('a masked number is handed on as it came', () => {
    expect(first('1,2026-10-05 09:00:00,5,31,+3161234****\n', bare).receiver).toBe('+3161234****')
  })

  test('a part of a column is cut out', () => {
    const options = {
      header: false,
      columns: { ...short, receiver: { column: 5, after: '<I>', until: '-' } },
    }
    const receiverOf = (text: string) =>
      first(`1,2026-10-05 09:00:00,5,31,${text}\n`, options).receiver
    expect(receiverOf('<I>0611111111-202')).toBe('0611111111')
    expect(receiverOf('0611111111')).toBe('0611111111')
  })

  test.each(['', '0000-00-00 00:00:00', 'NULL', '\\N', '0', '1970-01-01 01:00:00'])(
    'an answer at "%s" is none',
    (text) => {
      const options = { header: false, columns: { ...short, answeredAt: 6 } }
      expect(first(`1,2026-10-05 09:00:00,5,31,32,${text}\n`, options).durationSeconds).toBe(0)
      expect(tally(decode(`1,2026-10-05 09:00:00,,31,32,${text}\n`, options))).toBe(
        'unbillable:not_answered 1',
      )
      expect(
        first('1,2026-10-05 09:00:00,5,31,32,2026-10-05 09:00:05\n', options).durationSeconds,
      ).toBe(5)
    },
  )
})

describe('an option without effect is a mistake', () => {
  test.each([
    [{ kinds: { V: 'voice' } }, /options\.kinds: without effect, as columns\.kind is not named/],
    [{ directions: { O: 'out' } }, /options\.directions/],
    [{ answeredValues: ['Y'] }, /options\.answeredValues/],
    [{ volumeUnit: 'MB' }, /options\.volumeUnit/],
    [{ homeNetworks: ['20404'] }, /options\.homeNetworks/],
    [{ visitedNetworkKind: 'tadig' }, /options\.visitedNetworkKind/],
    [{ kind: 'sms', columns: { ...short, kind: 6 } }, /options\.kind: without effect/],
    [{ direction: 'in', columns: { ...short, direction: 6 } }, /options\.direction: without/],
    [{ durationUnit: 'hh:mm:ss', durationRounding: 'down' }, /options\.durationRounding/],
    [{ durationUnit: 'hh:mm:ss', decimalMark: ',' }, /options\.decimalMark/],
    [{ columns: { id: 1, start: 2 }, durationUnit: 'seconds' }, /columns\.duration is not named/],
    [{ time: { formats: 'epoch', zone: 'UTC' } }, /options\.time\.zone/],
    [{ time: { formats: 'YYYY-MM-DD', yearFrom: 'arrival' } }, /options\.time\.yearFrom/],
    [{ time: { formats: 'MM/DD HH:mm' } }, /the year is missing.*yearFrom: arrival/],
    [
      { columns: { ...short, start: [2, 3] }, time: { formats: 'epoch' } },
      /an epoch is one number/,
    ],
  ])('%j', (options, message) => {
    const source = plainSource('delimited', { ...bare, ...options })
    expect(() => delimitedAdapter.requireEffect?.(source)).toThrow(message)
    // A file that came with such a mapping can still be read again.
    expect(() => delimitedAdapter.createDecoder(source)).not.toThrow()
  })
})

describe('the end of the file', () => {
  test('a last line with fewer columns than the others is cut off', () => {
    const rows = '1,2026-10-05 09:00:00,60,31,32\n2,2026-10-05 09:00:00,60,3'
    expect(tally(decode(rows, bare))).toBe('cdr 1, rejected:truncated_record 1')
  })

  test('finalLineEnd: required takes no line without its end', () => {
    const rows = '1,2026-10-05 09:00:00,60,31,32'
    expect(tally(decode(rows, bare))).toBe('cdr 1')
    expect(tally(decode(rows, { ...bare, finalLineEnd: 'required' }))).toBe(
      'rejected:truncated_record 1',
    )
  })

  test.each([
    ['T,1\n', true],
    ['T,2\n', false],
    ['', false],
  ])('the trailer "%s" is compared with the records', (trailer, mayCount) => {
    const options = { ...bare, trailer: { prefix: 'T,', countColumn: 2 } }
    const decoder = delimitedAdapter.createDecoder(plainSource('delimited', options))
    const records = runDecoder(decoder, `1,2026-10-05 09:00:00,60,31,32\n${trailer}`)
    expect(tally(records)).toBe('cdr 1')
    expect(decoder.fileFacts?.().mayCount).toBe(mayCount)
  })
})
