import { expect, test } from 'vitest'
import type { DecodedRecord } from '../../core/usage/usage.ts'
import { asteriskAdapter } from './asterisk/asterisk.ts'
import { decodeFile, plainSource } from '../../../test/doubles/decoding-run.ts'
import { delimitedAdapter } from './mapped/delimited.ts'
import { createFileRowKeys } from './file-rows.ts'

test('each row has the key of the first file that had it', () => {
  const continues = [
    { identity: 'mon', records: 2 },
    { identity: 'tue', records: 3 },
  ]
  const keyOf = createFileRowKeys({ fileIdentity: 'wed', continues })
  expect([1, 2, 3, 4].map(keyOf)).toEqual(['mon/1', 'mon/2', 'tue/3', 'wed/4'])
})

test('a file that had no row gives no keys to those that begin like it', () => {
  const keyOf = createFileRowKeys({
    fileIdentity: 'b',
    continues: [{ identity: 'header', records: 0 }],
  })
  expect(keyOf(1)).toBe('b/1')
})

const row = (number: number) =>
  `"acme","201","061234567${number}","internal","","PJSIP/201-1","PJSIP/carrier-1","Dial","",` +
  `"2026-10-05 10:0${number}:00","2026-10-05 10:0${number}:05","2026-10-05 10:0${number}:35",35,30,"ANSWERED","DOCUMENTATION"\n`

const keysOf = (records: readonly DecodedRecord[]) =>
  records.map((record) => (record.status === 'cdr' ? record.recordKey : record.reason))

test('cut at any byte, the rows that were whole are the same and the half one comes once', () => {
  const whole = row(1) + row(2) + row(3)
  for (let length = row(1).length; length < whole.length; length += 1) {
    const early = decodeFile(
      asteriskAdapter,
      plainSource('asterisk', { fileIdentity: 'mon' }),
      whole.slice(0, length),
    )
    const continues = [{ identity: 'mon', records: early.length }]
    const late = decodeFile(
      asteriskAdapter,
      plainSource('asterisk', { fileIdentity: 'tue', continues }),
      whole,
    )
    const taken = new Map<string, DecodedRecord>()
    for (const record of [...early, ...late]) {
      if (record.status !== 'cdr') continue
      const before = taken.get(record.recordKey)
      if (before?.status === 'cdr')
        expect({ ...record, raw: '' }, `cut at ${length}`).toEqual({ ...before, raw: '' })
      taken.set(record.recordKey, record)
    }
    expect(taken.size, `cut at ${length}: ${keysOf(early).join()}`).toBe(3)
  }
})

test('a mapped file without keys goes on in the same way', () => {
  const options = {
    columns: { start: 'start', receiver: 'to', sender: 'from', duration: 's' },
    kind: 'voice',
    time: { formats: 'iso' },
  }
  const rows =
    'start,from,to,s\n2026-10-05T08:00:00Z,201,0612345678,60\n2026-10-05T09:00:00Z,201,0612345678,60\n'
  const continues = [{ identity: 'mon', records: 1 }]
  const source = plainSource('delimited', { ...options, fileIdentity: 'tue', continues })
  expect(keysOf(decodeFile(delimitedAdapter, source, rows))).toEqual(['mon/1', 'tue/2'])
})
