import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { plainSource } from '../../../test/doubles/decoding-run.ts'
import { tapFile } from '../../../test/doubles/tap3-writer.ts'
import type { FormatName } from '../format.ts'
import { formatAdapters } from '../formats/format-registry.ts'
import { optionProblems } from '../source-options.ts'
import { unlikelyFormat } from './unlikely-format.ts'

const kamailio = readFileSync('fixtures/cdr/kamailio/acc.txt')
const tap = tapFile([{ kind: 'sms-mo' }])

const optionsOfLayout = formatAdapters().flatMap(({ name, layoutOptions = [] }) =>
  layoutOptions.map((option) => [name, option] as const),
)

test.each(optionsOfLayout)('%s has an option %s for its layout', (format, option) => {
  const [problem] = optionProblems(plainSource(format, { [option]: null }))
  expect(problem?.path).toEqual(['options', option])
})

test.each<[string, FormatName, Buffer, object, string]>([
  ['its own kind of file', 'kamailio', kamailio, {}, ''],
  ['an empty file', 'kamailio', Buffer.alloc(0), {}, ''],
  ['a file of another format', 'asterisk', tap, {}, 'it is a tap3 file, the source has asterisk'],
  [
    'a file of which another format is as sure as it must be',
    'asterisk',
    readFileSync('fixtures/cdr/freeswitch-csv/master.csv'),
    {},
    'it is a freeswitch-csv file, the source has asterisk',
  ],
  ['something else', 'tap3', Buffer.from('dear sir'), {}, 'it does not look like tap3'],
  ['any text by a mapping', 'delimited', Buffer.from('dear;sir'), {}, ''],
  ['a layout of its own', 'asterisk', Buffer.from('a;b'), { columns: ['src', 'dst'] }, ''],
  [
    'a picture',
    'delimited',
    Buffer.from([0x89, 0x50, 0, 1]),
    {},
    'it is a binary file, the source has delimited',
  ],
])('%s in the folder of a source', (_what, format, head, options, problem) => {
  expect(unlikelyFormat(head, 'file', plainSource(format, { ...options }))).toBe(problem)
})
