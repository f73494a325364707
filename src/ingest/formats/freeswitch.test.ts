import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord } from '../../core/usage.ts'
import { decodeFile, plainSource, tally } from './decoding-run.ts'
import { describeFormat } from './format.conformance.ts'
import { freeswitchCsvAdapter } from './freeswitch-csv.ts'
import { freeswitchJsonAdapter } from './freeswitch-json.ts'

const csvFile = readFileSync('fixtures/cdr/freeswitch-csv/master.csv')
const jsonFile = readFileSync('fixtures/cdr/freeswitch-json/documents.json')

describeFormat({
  adapter: freeswitchCsvAdapter,
  source: plainSource('freeswitch-csv'),
  file: csvFile,
  recordsCount: 7,
  emitsInOrder: true,
  oversized: Buffer.concat([csvFile, Buffer.alloc(10_000_000, '"a",'), Buffer.from('\n'), csvFile]),
  isDetectable: true,
})

describeFormat({
  adapter: freeswitchJsonAdapter,
  source: plainSource('freeswitch-json'),
  file: jsonFile,
  recordsCount: 7,
  emitsInOrder: true,
  oversized: Buffer.concat([
    jsonFile,
    Buffer.from('{"variables":{"uuid":"'),
    Buffer.alloc(10_000_000, 'a'),
    Buffer.from('"}}\n'),
    jsonFile,
  ]),
  isDetectable: true,
})

function decodeCsv(rows: string | Buffer, options = {}): DecodedRecord[] {
  return decodeFile(freeswitchCsvAdapter, plainSource('freeswitch-csv', options), rows)
}

function decodeJson(text: string | Buffer, options = {}): DecodedRecord[] {
  return decodeFile(freeswitchJsonAdapter, plainSource('freeswitch-json', options), text)
}

describe('mod_cdr_csv', () => {
  test('the fixture ends as its rows say', () => {
    expect(tally(decodeCsv(csvFile))).toBe('cdr 6, rejected:invalid_time 1')
  })

  test('an answered call has its billsec, a missed one none', () => {
    const [answered, missed] = decodeCsv(csvFile)
    expect(answered).toMatchObject({
      recordKey: '3f2b1c00-0000-4000-8000-000000000001',
      sender: '31201234567',
      receiver: '0612345678',
      trunk: 'acme',
      startMs: Date.UTC(2026, 9, 5, 7, 0, 5),
      durationSeconds: 61,
    })
    expect(missed).toMatchObject({ durationSeconds: 0, startMs: Date.UTC(2026, 9, 5, 7, 2) })
  })

  test('a retry with the same uuid and another cause keeps its key: the ledger sees a conflict', () => {
    const keys = decodeCsv(csvFile).map((r) => (r.status === 'cdr' ? r.recordKey.slice(-1) : ''))
    expect(keys.filter((key) => key === '2')).toHaveLength(3)
  })

  test('a call from outside is incoming and served by the called number', () => {
    expect(decodeCsv(csvFile)[4]).toMatchObject({ direction: 'in', servedNumber: '0201234567' })
  })

  test('a blank before a quote, as the snom template prints it, is no part of the value', () => {
    const [line = ''] = csvFile.toString('latin1').split('\n')
    const snom = `${line.replace(',"acme"', ', "acme"')},"agent, 1","","","",""\n`
    expect(decodeCsv(snom, { template: 'snom' })[0]).toMatchObject({ status: 'cdr', trunk: 'acme' })
  })

  test('epochs win over local stamps, and the other leg is told by direction', () => {
    const columns = [
      'uuid',
      'direction',
      'caller_id_number',
      'destination_number',
      'answer_epoch',
      'billsec',
    ]
    const rows =
      '"u1","inbound","31201234567","0612345678","1791183605","61"\n"u2","outbound","31201234567","0612345678","1791183605","61"\n'
    const records = decodeCsv(rows, { columns })
    expect(tally(records)).toBe('cdr 1, unbillable:internal_leg 1')
    expect(records[0]).toMatchObject({ startMs: 1_791_183_605_000 })
  })

  test('a template without what rating needs is refused', () => {
    expect(() => decodeCsv('', { columns: ['uuid'] })).toThrow(
      /options\.columns: destination_number, billsec, start_stamp/,
    )
  })

  test.each([
    ['"a","b"', 'rejected:truncated_record 1'],
    ['"a","b"\n', 'rejected:malformed_record 1'],
    ['"a","b\n', 'rejected:truncated_record 1'],
  ])('%j', (rows, expected) => {
    expect(tally(decodeCsv(rows))).toBe(expected)
  })
})

describe('mod_json_cdr', () => {
  test('the fixture ends as its documents say', () => {
    expect(tally(decodeJson(jsonFile))).toBe(
      'cdr 2, rejected:invalid_quantity 1, rejected:malformed_record 2, ' +
        'rejected:truncated_record 1, unbillable:internal_leg 1',
    )
  })

  test('times are UTC epochs, values are URL-decoded, the caller profile has the numbers', () => {
    expect(decodeJson(jsonFile)[0]).toMatchObject({
      recordKey: '3f2b1c00-0000-4000-8000-000000000001',
      sender: '+31201234567',
      receiver: '0612345678',
      trunk: 'acme',
      startMs: 1_791_183_603_954,
      durationSeconds: 68,
    })
  })

  test('billusec is rounded up to whole seconds', () => {
    const text = jsonFile.toString('utf8').replace('67539896', '66000001')
    expect(decodeJson(text, { billBy: 'billusec' })[0]).toMatchObject({ durationSeconds: 67 })
  })

  test('a list of documents is read like documents after each other', () => {
    const one =
      '{"variables":{"uuid":"u","start_epoch":"1791183600","billsec":"0","sip_req_user":"1"}}'
    expect(tally(decodeJson(`[${one},\n ${one}]`))).toBe('cdr 2')
    expect(tally(decodeJson(one + one))).toBe('cdr 2')
  })

  test('a document that the end of the file cuts is truncated', () => {
    expect(tally(decodeJson('{"variables":{"uuid":"u"'))).toBe('rejected:truncated_record 1')
  })

  test('nesting without end costs one record', () => {
    expect(tally(decodeJson('{"a":'.repeat(300_000)))).toBe('rejected:malformed_record 1')
    expect(tally(decodeJson('{"a":'.repeat(3_000)))).toBe('rejected:truncated_record 1')
  })
})
