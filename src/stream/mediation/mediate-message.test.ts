import { expect, test } from 'vitest'
import type { SourceConfig } from '../../ingest/format.ts'
import { formatAdapter } from '../../ingest/formats/format-registry.ts'
import { exampleCatalogue } from '../../../test/doubles/example-catalogue.ts'
import { exampleDirectory } from '../../../test/doubles/example-directory.ts'
import { createMediator } from '../../mediation/mediate.ts'
import { defaultSource } from '../../ingest/sources.ts'
import { createMessageMediator } from './mediate-message.ts'

const source: SourceConfig = {
  ...defaultSource('delimited'),
  sourceId: 'pbx',
  options: {
    header: false,
    delimiter: ';',
    columns: { key: 1, served: 2, sender: 2, receiver: 3, start: 4, duration: 5 },
  },
}
const parts = { source, catalogue: exampleCatalogue(), directory: exampleDirectory() }
const place = { topic: 'cdr-pbx', partition: 2 }
const line = (key: string) => `${key};+31201230001;+31612345678;2026-10-05 09:00:00;61`

/** As a worker that has just started would read it. */
function mediate(text: string, offset = 7) {
  const mediator = createMediator(parts)
  const messages = createMessageMediator({
    source,
    adapter: formatAdapter('delimited'),
    mediator,
  })
  const message = { offset, key: '', value: Buffer.from(text), timestampMs: 0 }
  return messages.mediate(message, place)
}

test.each`
  form                  | text
  ${'without line end'} | ${line('a')}
  ${'with a line end'}  | ${`${line('a')}\n`}
`('one record $form is one usage that knows its place', ({ text }) => {
  const [usage, ...others] = mediate(text)
  expect(others).toEqual([])
  expect(usage).toMatchObject({
    usageId: 'pbx:a',
    origin: 'cdr-pbx-2',
    originRecord: 7_000_000,
    rejectReason: '',
    accountId: 'acme',
  })
})

test('a block gives its records in order, and a key that repeats in it is counted', () => {
  const usages = mediate([line('a'), line('b'), line('a')].join('\n'))
  expect(usages.map((usage) => usage.usageId)).toEqual(['pbx:a', 'pbx:b', 'pbx:a#1'])
  expect(usages.map((usage) => usage.originRecord)).toEqual([7_000_000, 7_000_001, 7_000_002])
})

test('whoever reads the message, and how often, gets the same ids', () => {
  const text = [line('a'), line('a'), 'no record'].join('\n')
  expect(mediate(text)).toEqual(mediate(text))
})

test('what is no record is rejected with its text, and the rest goes on', () => {
  const [broken, good] = mediate(`\u0000garbage\n${line('b')}`)
  expect(broken?.rejectReason).not.toBe('')
  expect(broken?.raw).toContain('garbage')
  expect(good?.usageId).toBe('pbx:b')
})

test('half a call in a message is incomplete: no later message would complete it', () => {
  const kamailio = { ...defaultSource('kamailio'), options: { carryOpen: true } }
  const adapter = formatAdapter('kamailio')
  const mediator = createMediator({ ...parts, source: kamailio })
  const messages = createMessageMediator({ source: kamailio, adapter, mediator })
  const value = Buffer.from('INVITE|f|t|c|200|OK|1791183600|acme|31201230001|31612345678\n')
  const [usage] = messages.mediate({ offset: 1, key: '', value, timestampMs: 0 }, place)
  expect(usage).toMatchObject({ rejectReason: 'call_incomplete' })

  const parted = { ...defaultSource('radius'), options: { carryOpen: true, interim: 'parts' } }
  expect(() =>
    createMessageMediator({ source: parted, adapter: formatAdapter('radius'), mediator }),
  ).toThrow(/parts needs/)
})

test('the end of a message ends its last line, also where a file must end it', () => {
  const strict = { ...source, options: { ...source.options, finalLineEnd: 'required' } }
  const messages = createMessageMediator({
    source: strict,
    adapter: formatAdapter('delimited'),
    mediator: createMediator({ ...parts, source: strict }),
  })
  const value = Buffer.from(line('a'))
  const [usage] = messages.mediate({ offset: 7, key: '', value, timestampMs: 0 }, place)
  expect(usage).toMatchObject({ usageId: 'pbx:a', rejectReason: '' })
})
