import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import { asteriskAdapter } from './asterisk.ts'
import { decodeFile, plainSource, tally } from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'
import { LINKED_ROWS_MAX } from '../linked-window.ts'

const file = readFileSync('fixtures/cdr/asterisk/master-21.csv')

describeFormat({
  adapter: asteriskAdapter,
  source: plainSource('asterisk'),
  file,
  recordsCount: 9,
  emitsInOrder: true,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, '"a",'), Buffer.from('\n'), file]),
  isDetectable: true,
})

function decode(rows: string | Buffer, options = {}, timeZone?: string): DecodedRecord[] {
  return decodeFile(asteriskAdapter, plainSource('asterisk', options, timeZone), rows)
}

function cdrs(records: readonly DecodedRecord[]): Cdr[] {
  return records.filter((record) => record.status === 'cdr')
}

/** A row of 21 columns with the given ones replaced. */
function row(changes: Record<string, string> = {}): string {
  const columns: Record<string, string> = {
    accountcode: 'acme',
    src: '31201234567',
    dst: '0612345678',
    dcontext: 'from-internal',
    clid: 'Jan',
    channel: 'PJSIP/101-0001',
    dstchannel: 'PJSIP/carrier-0002',
    lastapp: 'Dial',
    lastdata: 'PJSIP/99900612345678@carrier,60',
    start: '2026-10-05 09:00:00',
    answer: '2026-10-05 09:00:05',
    end: '2026-10-05 09:01:05',
    duration: '65',
    billsec: '60',
    disposition: 'ANSWERED',
    amaflags: 'DOCUMENTATION',
    uniqueid: '1791183600.10',
    userfield: '',
    peeraccount: '',
    linkedid: '1791183600.10',
    sequence: '7',
    ...changes,
  }
  return `${Object.values(columns)
    .map((text) => `"${text}"`)
    .join(',')}\n`
}

test('the fixture ends as its rows say', () => {
  expect(tally(decode(file))).toBe('cdr 7, unbillable:internal_leg 1, unbillable:recording_leg 1')
})

describe('lines before the first row', () => {
  const columns = [
    'start',
    'src',
    'dst',
    'channel',
    'lastdata',
    'billsec',
    'disposition',
    'uniqueid',
  ]
  const header = '"calldate","src","dst","channel","lastdata","billsec","disposition","uniqueid"\n'
  const call = '2026-10-05 09:00:00,31201234567,0612345678,SIP/1-1,SIP/t/06,60,ANSWERED,1.1\n'

  test('a header is no record, also behind lines that are skipped', () => {
    expect(tally(decode(header + call, { columns }))).toBe('cdr 1')
    expect(tally(decode(`Report\n\n${header}${call}`, { columns, skipLines: 1 }))).toBe('cdr 1')
    expect(tally(decode(call + header, { columns }))).toBe('cdr 1, rejected:malformed_record 1')
    expect(tally(decode(header + header + call, { columns }))).toBe(
      'cdr 1, rejected:malformed_record 1',
    )
  })

  test('a row that the dialled string makes wider is read with a loose column', () => {
    const wide = call.replace('SIP/t/06', 'SIP/t/06,60,tT')
    expect(tally(decode(wide, { columns }))).toBe('rejected:malformed_record 1')
    const [cdr] = cdrs(decode(wide, { columns, looseColumn: 'lastdata' }))
    expect(cdr).toMatchObject({ durationSeconds: 60, receiver: '0612345678' })
    expect(() => decode('', { columns, looseColumn: 'lastdate' })).toThrow(/options\.looseColumn/)
  })
})

describe('answered', () => {
  test.each([
    ['ANSWERED', '60', 60],
    ['ANSWERED', '0', 0],
    ['NO ANSWER', '30', 0],
    ['BUSY', '0', 0],
    ['FAILED', '0', 0],
    ['CONGESTION', '0', 0],
    ['CANCEL', '0', 0],
  ])('%s with billsec %s has %i seconds', (disposition, billsec, seconds) => {
    expect(cdrs(decode(row({ disposition, billsec })))[0]?.durationSeconds).toBe(seconds)
  })

  test.each([
    [{ answer: '0000-00-00 00:00:00' }, 'unbillable:not_answered 1'],
    [{ answer: 'NULL' }, 'unbillable:not_answered 1'],
    [{ answer: '1970-01-01 01:00:00' }, 'unbillable:not_answered 1'],
    [{ answer: '', start: '0000-00-00 00:00:00' }, 'unbillable:not_answered 1'],
    [{ answer: '', billsec: 'NULL' }, 'unbillable:not_answered 1'],
    [{ answer: '', billsec: '-3' }, 'unbillable:not_answered 1'],
    [{ answer: '' }, 'cdr 1'],
  ])('nobody answered and a database wrote %j: %s', (changes, expected) => {
    expect(tally(decode(row({ disposition: 'NO ANSWER', billsec: '0', ...changes })))).toBe(
      expected,
    )
  })

  test('of a call that was answered, the same is a reject', () => {
    expect(tally(decode(row({ answer: '0000-00-00 00:00:00' })))).toBe('rejected:invalid_time 1')
    expect(tally(decode(row({ billsec: 'NULL' })))).toBe('rejected:invalid_quantity 1')
  })

  test('an unknown disposition is rejected, not guessed', () => {
    expect(tally(decode(row({ disposition: 'MAYBE' })))).toBe('rejected:malformed_record 1')
  })

  test('billsec may exceed duration by the second that rounding up adds, not by two', () => {
    expect(tally(decode(row({ duration: '60', billsec: '61' })))).toBe('cdr 1')
    expect(tally(decode(row({ duration: '60', billsec: '62' })))).toBe(
      'rejected:invalid_quantity 1',
    )
    expect(tally(decode(row({ billsec: '-5' })))).toBe('rejected:invalid_quantity 1')
  })

  test('billsec counts, not the difference of the printed times', () => {
    const times = { answer: '2026-10-05 09:00:05', end: '2026-10-05 09:01:06', billsec: '60' }
    expect(cdrs(decode(row(times)))[0]?.durationSeconds).toBe(60)
  })
})

describe('columns', () => {
  const all = row()
    .trim()
    .split(/,(?=")/)
  test.each([16, 17, 18, 21])('%i columns are read', (count) => {
    const [record] = decode(`${all.slice(0, count).join(',')}\n`, { fileIdentity: 'f1' })
    expect(record).toMatchObject({ status: 'cdr', receiver: '0612345678', durationSeconds: 60 })
  })

  test.each([15, 19, 20, 22])('%i columns are malformed', (count) => {
    const columns = [...all, '""', '""'].slice(0, count)
    expect(tally(decode(`${columns.join(',')}\n`))).toBe('rejected:malformed_record 1')
  })

  test('cdr_custom: any order by configuration', () => {
    const columns = ['clid', 'src', 'dst', 'start', 'billsec', 'disposition', 'uniqueid']
    const line = '"Jan","31201234567","0612345678","2026-10-05 09:00:00","60","ANSWERED","17.1"\n'
    expect(cdrs(decode(line, { columns }))[0]).toMatchObject({
      sender: '31201234567',
      receiver: '0612345678',
      durationSeconds: 60,
      recordKey: '17.1/',
    })
  })

  test('an order without what rating needs is refused by name', () => {
    expect(() => decode('', { columns: ['src', 'dst'] })).toThrow(
      /options\.columns: start, billsec, disposition must be among them/,
    )
    expect(() => decode('', { colums: [] })).toThrow(/colums/)
  })
})

describe('record key', () => {
  test('uniqueid, linkedid and sequence: a row that comes twice has the same key', () => {
    const keys = cdrs(decode(row() + row())).map((cdr) => cdr.recordKey)
    expect(keys).toEqual(['1791183600.10/1791183600.10/7', '1791183600.10/1791183600.10/7'])
  })

  test('without a sequence, the legs of a parallel dial are numbered', () => {
    const line = `${row()
      .trim()
      .split(/,(?=")/)
      .slice(0, 18)
      .join(',')}\n`
    const keys = cdrs(decode(line + line)).map((cdr) => cdr.recordKey)
    expect(keys).toEqual(['1791183600.10/PJSIP/carrier-0002', '1791183600.10/PJSIP/carrier-0002#1'])
  })

  test('without uniqueid, the file and the row; without either, missing_field', () => {
    const line = `${row()
      .trim()
      .split(/,(?=")/)
      .slice(0, 16)
      .join(',')}\n`
    const keys = cdrs(decode(line + line, { fileIdentity: 'f1' })).map((cdr) => cdr.recordKey)
    expect(keys).toEqual(['f1/1', 'f1/2'])
    expect(tally(decode(line))).toBe('rejected:missing_field 1')
  })
})

describe('time', () => {
  const twice = { start: '2026-10-25 02:30:00', answer: '2026-10-25 02:30:05' }
  const firstPassMs = Date.UTC(2026, 9, 25, 0, 30, 5)

  test.each([
    [`${firstPassMs / 1000 - 15}.10`, firstPassMs],
    [`pbx-a-${firstPassMs / 1000 - 15}.10`, firstPassMs],
    [`${firstPassMs / 1000 + 3600 - 15}.10`, firstPassMs + 3_600_000],
    [`pbx-a-${firstPassMs / 1000 + 3600 - 15}.10`, firstPassMs + 3_600_000],
  ])('the hour that comes twice is told by uniqueid %s', (uniqueid, startMs) => {
    expect(cdrs(decode(row({ ...twice, uniqueid })))[0]?.startMs).toBe(startMs)
  })

  test('the hour that comes twice is the first one when nothing tells', () => {
    expect(cdrs(decode(row({ ...twice, uniqueid: 'x' })))[0]?.startMs).toBe(firstPassMs)
  })

  test('the hour that spring skips is no time', () => {
    const skipped = { start: '2026-03-29 02:30:00', answer: '2026-03-29 02:30:05' }
    expect(tally(decode(row(skipped)))).toBe('rejected:invalid_time 1')
    expect(tally(decode(row(skipped), {}, 'UTC'))).toBe('cdr 1')
  })

  test('a call through the change of the clock keeps its billsec', () => {
    const through = {
      start: '2026-10-25 01:50:00',
      answer: '2026-10-25 01:50:10',
      end: '2026-10-25 02:10:10',
      duration: '4810',
      billsec: '4800',
    }
    expect(cdrs(decode(row(through)))[0]?.durationSeconds).toBe(4_800)
  })

  test('the start of an answered call is its answer, of another its start', () => {
    expect(cdrs(decode(row()))[0]?.startMs).toBe(Date.UTC(2026, 9, 5, 7, 0, 5))
    const missed = row({ answer: '', disposition: 'NO ANSWER', billsec: '0' })
    expect(cdrs(decode(missed))[0]?.startMs).toBe(Date.UTC(2026, 9, 5, 7, 0, 0))
  })

  test('dates that a spreadsheet wrote are read when the source says so', () => {
    const excel = row({ start: '5/10/2026 09:00', answer: '', billsec: '0' })
    expect(tally(decode(excel))).toBe('rejected:invalid_time 1')
    const [cdr] = cdrs(decode(excel, { timeFormat: ['YYYY-MM-DD HH:mm:ss', 'D/M/YYYY HH:mm'] }))
    expect(cdr?.startMs).toBe(Date.UTC(2026, 9, 5, 7))
  })
})

describe('text', () => {
  test('a byte that is not UTF-8 in a name costs nothing', () => {
    const bytes = Buffer.concat([
      Buffer.from(row({ clid: '\u00a5en' }), 'latin1'),
      Buffer.from(row()),
    ])
    const records = decode(bytes)
    expect(tally(records)).toBe('cdr 2')
    expect(records[0]?.raw).toContain('\u00a5en')
  })

  test('a name with quotes that an export broke is read', () => {
    expect(tally(decode(row({ clid: '"Name" <1115>' })))).toBe('cdr 1')
  })

  test('lines may end with CR alone', () => {
    expect(tally(decode((row() + row()).replaceAll('\n', '\r')))).toBe('cdr 2')
  })

  test('an unterminated quote costs its own row only', () => {
    const cut = `${row().split('DOCUM')[0]}\n`
    expect(tally(decode(cut + row()))).toBe('cdr 1, rejected:truncated_record 1')
  })

  test('a last row cut after a whole column is truncated, not a shorter layout', () => {
    const cut = row()
      .trim()
      .split(/,(?=")/)
      .slice(0, 18)
      .join(',')
    expect(tally(decode(row() + cut))).toBe('cdr 1, rejected:truncated_record 1')
  })

  test('a row of the event log is not a CDR', () => {
    const event =
      '"CHAN_START","1791183600.5","","","","","","s","default","PJSIP/1","","","3","","1.0","1.0","","","",""\n'
    const [record] = decode(event)
    expect(record).toMatchObject({
      reason: 'malformed_record',
      detail: 'an event of the CEL log, not a CDR',
    })
  })
})

describe('legs', () => {
  test.each([
    ['towards a Local half', 'PJSIP/1-1', 'Local/2@x-1;1', 'unbillable:internal_leg 1'],
    ['first half', 'Local/2@x-1;1', 'PJSIP/carrier-1', 'unbillable:internal_leg 1'],
    ['second half that went nowhere', 'Local/2@x-1;2', '', 'unbillable:internal_leg 1'],
    ['second half that left', 'Local/2@x-1;2', 'PJSIP/carrier-1', 'cdr 1'],
  ])('%s', (_name, channel, dstchannel, expected) => {
    expect(tally(decode(row({ channel, dstchannel })))).toBe(expected)
  })

  test('localLegs: unbillable drops the second half as well', () => {
    const half = row({ channel: 'Local/2@x-1;2' })
    expect(tally(decode(half, { localLegs: 'unbillable' }))).toBe('unbillable:internal_leg 1')
  })

  test.each(['s', 'h', '*60', 'Q1000', '*31#0612345678', '#31#0612345678'])(
    'dst "%s" is handed on as it came: what a number is, mediation knows',
    (dst) => {
      expect(cdrs(decode(row({ dst })))[0]?.receiver).toBe(dst)
    },
  )

  test('without dst nobody was dialled, unless the call left over a trunk', () => {
    expect(tally(decode(row({ dst: '' })))).toBe('unbillable:no_number 1')
    expect(tally(decode(row({ dst: '' }), { trunks: ['PJSIP/carrier-'] }))).toBe('cdr 1')
  })

  test('an announcement is no call, but a caller from outside that hears one is', () => {
    const menu = { dstchannel: '', lastapp: 'BackGround' }
    expect(tally(decode(row(menu)))).toBe('unbillable:recording_leg 1')
    expect(tally(decode(row({ ...menu, dcontext: 'from-trunk' })))).toBe('cdr 1')
  })

  test('trunks tell the direction and who is served', () => {
    const options = { trunks: ['PJSIP/carrier-'] }
    const [out] = cdrs(decode(row(), options))
    expect(out).toMatchObject({ direction: 'out', servedNumber: '31201234567' })
    const inbound = { channel: 'PJSIP/carrier-1', dstchannel: 'PJSIP/101-2', dst: '0201234567' }
    expect(cdrs(decode(row(inbound), options))[0]).toMatchObject({
      direction: 'in',
      servedNumber: '0201234567',
    })
    const through = { channel: 'PJSIP/carrier-1' }
    expect(cdrs(decode(row(through), options))[0]?.direction).toBe('forwarded')
  })

  test.each([
    ['PJSIP/99900612345678@carrier,60', '99900612345678'],
    ['PJSIP/+447700900123@carrier,60', '+447700900123'],
    ['PJSIP/+44(0)7700900123@carrier,60', '+44(0)7700900123'],
    ['SIP/carrier/*31#0612345678', '*31#0612345678'],
    ['PJSIP/0612345678@carrier&PJSIP/201', '0612345678'],
    ['400,t,,,300', 's'],
  ])('the dialled number may be read from lastdata %s', (lastdata, receiver) => {
    const records = decode(row({ dst: 's', lastdata }), { receiverFrom: 'lastdata' })
    expect(cdrs(records)[0]?.receiver).toBe(receiver)
  })
})

/** The only row of call number `n`. */
function loneRow(n: number, changes: Record<string, string> = {}): string {
  const id = `1791183600.${n}`
  return row({ uniqueid: id, linkedid: id, sequence: `${n}`, ...changes })
}

describe('with trunks, rows wait for the rest of their call', () => {
  const trunks = ['PJSIP/carrier-']
  describeFormat({
    adapter: asteriskAdapter,
    source: plainSource('asterisk', { trunks }),
    file,
    recordsCount: 9,
    emitsInOrder: true,
    oversized: Buffer.concat([file, Buffer.alloc(10_000_000, '"a",'), Buffer.from('\n'), file]),
    isDetectable: true,
  })

  test('more rows than the window holds leave in their order', () => {
    const count = LINKED_ROWS_MAX + 1_000
    const rows = Array.from({ length: count }, (_, n) => loneRow(n))
    const keys = cdrs(decode(rows.join(''), { trunks })).map((cdr) => cdr.recordKey)
    expect(keys).toEqual(rows.map((_, n) => `1791183600.${n}/1791183600.${n}/${n}`))
  })

  test('a transfer is found as many rows later as the window holds', () => {
    const first = loneRow(1, { billsec: '20', dstchannel: 'PJSIP/carrier-1' })
    const rest = row({
      src: '0612345678',
      dst: '202',
      channel: 'PJSIP/carrier-1',
      dstchannel: 'PJSIP/202-1',
      start: '2026-10-05 09:00:25',
      answer: '2026-10-05 09:00:25',
      billsec: '40',
      uniqueid: '1791183600.2',
      linkedid: '1791183600.1',
      sequence: '2',
    })
    const others = Array.from({ length: LINKED_ROWS_MAX - 2 }, (_, n) => loneRow(n + 10))
    const near = decode([first, ...others, rest].join(''), { trunks })
    expect(near[0]).toMatchObject({ durationSeconds: 60 })
    expect(near.at(-1)).toMatchObject({ reason: 'linked_leg' })

    const far = decode([first, ...others, ...others, rest].join(''), { trunks })
    expect(far[0]).toMatchObject({ durationSeconds: 20 })
    expect(far.at(-1)).toMatchObject({ reason: 'legs_unclear' })
  })

  test('rows without any id are linked with nothing', () => {
    const rows = Array.from({ length: 300 }, () => row({ uniqueid: '', linkedid: '' }))
    expect(tally(decode(rows.join(''), { trunks, fileIdentity: 'f1' }))).toBe('cdr 300')
  })

  test('`legs: row` judges each row by itself, as for files that came in before', () => {
    const half = row({ channel: 'PJSIP/carrier-1', dstchannel: 'PJSIP/202-1', uniqueid: '1.2' })
    expect(tally(decode(half, { trunks, legs: 'row' }))).toBe('cdr 1')
    expect(tally(decode(half, { trunks }))).toBe('rejected:legs_unclear 1')
  })
})
