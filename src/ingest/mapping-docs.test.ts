/** The examples of docs/mapping.md, run: what stands under each is what its rows give. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord } from '../core/usage/usage.ts'
import { parseSources } from './sources.ts'
import { runDecoder } from '../../test/doubles/decoding-run.ts'
import { openDecoder } from './reading/open-decoder.ts'

interface Example {
  readonly name: string
  readonly prose: string
  readonly sources: string
  readonly rows: string
  readonly results: readonly string[]
}

function examplesOf(page: string): Example[] {
  return page
    .split(/^## /m)
    .filter((section) => section.includes('```result'))
    .map((section) => {
      const [prose = '', sources = '', , rows = '', , results = ''] = section
        .split(/^```(?:yaml|text|result)?$/m)
        .map((part) => part.replace(/^\n/, ''))
      const [name = ''] = prose.split('\n')
      return { name, prose, sources, rows, results: results.trimEnd().split('\n') }
    })
}

function described(record: DecodedRecord): string {
  if (record.status !== 'cdr') return `${record.status} ${record.reason}`
  const { kind, direction, sender, receiver } = record
  const start = new Date(record.startMs).toISOString()
  const quantity = {
    data: `${record.volumeUpBytes + record.volumeDownBytes} B`,
    voice: `${record.durationSeconds} s`,
  }[kind as string]
  const parties = `${sender || '-'} to ${receiver || '-'}`
  return `${kind} ${direction} ${parties} at ${start}, ${quantity ?? record.count}`
}

const examples = examplesOf(readFileSync('docs/mapping.md', 'utf8'))

describe('docs/mapping.md', () => {
  test('has an example of each vendor', () => {
    expect(examples.map(({ name }) => name)).toEqual([
      '3CX',
      'Asterisk with a header (FreePBX)',
      'Avaya IP Office SMDR',
      'emnify usage',
      'ESI SMDR',
      'Grandstream UCM',
      'Mitel SMDR',
      'Panasonic SMDR',
      'Sonus (Ribbon) accounting',
      'Microsoft Teams PSTN calls',
      'Yeastar',
    ])
  })

  test.each(examples)('$name: the rows give what the page says', (example) => {
    const [, name = '', arrived = ''] =
      /File\s+`([^`]+)`,\s+taken\s+in\s+at\s+`([^`]+)`/.exec(example.prose) ?? []
    const [source, ...others] = parseSources(example.sources, 'docs/mapping.md')
    if (source === undefined || others.length > 0) throw new Error('one source an example')
    const registeredMs = Date.parse(arrived)
    expect(registeredMs).not.toBeNaN()
    const file = { contentHash: 'x', name, registeredMs }
    for (const chunkBytes of [1, 100_000]) {
      const records = runDecoder(openDecoder(source, file), example.rows, chunkBytes)
      expect(records.map(described)).toEqual(example.results)
    }
  })
})
