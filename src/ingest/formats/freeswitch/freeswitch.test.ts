import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import { decodeFile, plainSource, tally } from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'
import { freeswitchCsvAdapter } from './freeswitch-csv.ts'
import { freeswitchJsonAdapter } from './freeswitch-json.ts'
import { FREESWITCH_TEMPLATES } from './freeswitch-templates.ts'

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

  test('a header and lines that are skipped are no records', () => {
    const names = FREESWITCH_TEMPLATES.example.map((name) => `"${name}"`).join(',')
    const headed = Buffer.concat([Buffer.from(`export\n${names}\n`), csvFile])
    expect(tally(decodeCsv(headed, { skipLines: 1 }))).toBe(tally(decodeCsv(csvFile)))
    expect(tally(decodeCsv(headed))).toContain('rejected:malformed_record 1')
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

const documentOf = (variables: Record<string, unknown>, profile = {}) =>
  JSON.stringify({
    variables: { uuid: 'u1', direction: 'inbound', start_epoch: '1791187200', ...variables },
    callflow: [
      {
        caller_profile: { caller_id_number: '201', destination_number: '0612345678', ...profile },
      },
    ],
  })

const rowWith = (stamps: string, billsec: string) =>
  csvFile
    .toString('latin1')
    .split('\n')[0]
    ?.replaceAll(/"\d{4}-\d\d-\d\d [\d:]{8}"/g, stamps)
    .replace(/"\d+","\d+","NORMAL_CLEARING"/, `"0","${billsec}","ORIGINATOR_CANCEL"`) ?? ''

const writtenDocument = (variables: Record<string, unknown>) =>
  JSON.stringify({
    variables: {
      uuid: 'u1',
      answer_epoch: 1_791_187_205,
      start_epoch: 1_791_187_200,
      ...variables,
    },
    callflow: { caller_profile: { caller_id_number: 201, destination_number: '0612345678' } },
  })

const accountOf = (accountcode: unknown) =>
  decodeJson(writtenDocument({ billsec: '60', accountcode }))[0]

describe('what was never answered is asked first', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'differences of minus the epoch',
      { answer_epoch: '0', end_epoch: '0', billsec: '-1791187200' },
    ],
    ['no billsec', { answer_epoch: '0' }],
    ['a billsec that it rang', { answer_epoch: '0', billsec: '60' }],
    ['numbers', { answer_epoch: 0, start_epoch: 1_791_187_200, billsec: -3 }],
  ])('%s: quantity 0', (_name, variables) => {
    expect(decodeJson(documentOf(variables))[0]).toMatchObject({
      status: 'cdr',
      durationSeconds: 0,
    })
  })

  test('neither begun nor answered is not answered, not a fault', () => {
    const never = { start_epoch: '0', answer_epoch: '0', billsec: '-1' }
    expect(tally(decodeJson(documentOf(never)))).toBe('unbillable:not_answered 1')
    expect(tally(decodeCsv(`${rowWith('""', '-1')}\n`))).toBe('unbillable:not_answered 1')
    expect(tally(decodeCsv(`${rowWith('"0000-00-00 00:00:00"', '0')}\n`))).toBe(
      'unbillable:not_answered 1',
    )
  })

  test('of an answered call a negative billsec is refused', () => {
    const variables = { answer_epoch: '1791187205', billsec: '-3' }
    expect(tally(decodeJson(documentOf(variables)))).toBe('rejected:invalid_quantity 1')
  })
})

describe('values as other writers have them', () => {
  test('numbers are read like their text', () => {
    expect(decodeJson(writtenDocument({ billsec: 60 }))[0]).toMatchObject({
      startMs: 1_791_187_205_000,
      durationSeconds: 60,
      sender: '201',
    })
  })

  test('a variable that came several times counts where all say the same', () => {
    expect(accountOf(['acme', 'acme'])).toMatchObject({ trunk: 'acme' })
    expect(accountOf(['acme', 'other'])).toMatchObject({ trunk: '' })
    expect(accountOf([['acme']])).toMatchObject({ trunk: '' })
  })
})
