import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detectFormat } from './detect-format.ts'
import { formatAdapters } from '../formats/format-registry.ts'
import { tapFile } from '../../../test/doubles/tap3-writer.ts'

const fixture = (path: string) => readFileSync(`fixtures/cdr/${path}`)

test.each([
  ['asterisk', fixture('asterisk/master-21.csv')],
  ['broadworks', fixture('broadworks/day.csv')],
  ['cucm', fixture('cucm/cdr.txt')],
  ['freeswitch-csv', fixture('freeswitch-csv/master.csv')],
  ['freeswitch-json', fixture('freeswitch-json/documents.json')],
  ['kamailio', fixture('kamailio/acc.txt')],
  ['radius', fixture('radius/detail.txt')],
  ['tap3', tapFile([{ kind: 'sms-mo' }])],
  ['usage', fixture('usage/mixed.jsonl')],
])('a %s file is told by its content, whatever it is called', (format, file) => {
  expect(detectFormat(file, 'export.dat')).toBe(format)
  expect(detectFormat(file.subarray(0, 1_500), '')).toBe(format)
})

test('the surest of several formats is believed, wherever it stands in the list', () => {
  const either = Buffer.from(`${'INTEGER,'.repeat(14)}"ANSWERED","x","y","z"\n`)
  const sure = formatAdapters().flatMap((adapter) => {
    const confidence = adapter.detect(either, '')
    return confidence > 0 ? [[adapter.name, confidence]] : []
  })
  expect(sure).toEqual([
    ['asterisk', 0.95],
    ['cucm', 0.7],
  ])
  expect(detectFormat(either, '')).toBe('asterisk')
})

test.each([
  ['a mapped file, which only its mapping explains', fixture('delimited/mixed.csv')],
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('Dear supplier,\nplease find attached\n')],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['JSON of another kind', Buffer.from('{"name":"x","value":1}\n')],
])('%s is of no known format', (_name, file) => {
  expect(detectFormat(file, 'Master.csv')).toBeUndefined()
})

test.each([
  '0',
  'a',
  'A',
  ' ',
  '\t',
  '\n',
  '"',
  ',',
  ',"A_',
  '_A',
  '{',
  '[',
  '|',
  '\\',
  'Acct-Status-Type ',
  '"id" ',
])('a head that is a long run of %j is judged in one pass', (letters) => {
  const head = Buffer.from(letters.repeat(65_536 / letters.length))
  const startedMs = performance.now()
  detectFormat(head, 'export.dat')
  expect(performance.now() - startedMs).toBeLessThan(1_000)
})
