import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SourceFile } from '../ledger/source-files.ts'
import { emptyTally } from '../pipeline.ts'
import { NO_FILE_FACTS } from './format.ts'
import { plainSource } from './formats/decoding-run.ts'
import { expandPaths, ingestFiles } from './ingest-files.ts'
import type { IngestedFile, IngestParts } from './ingest-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-ingest-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A register in memory; a file that says 'bad' has totals that do not fit. */
function partsOf(files: SourceFile[], rated: string[]): IngestParts {
  return {
    archiveFolder: folder,
    files: {
      list: () => Promise.resolve(files),
      register(added) {
        const number = files.length + 1
        const file = { ...added, number, recordsCount: 0, finished: false, registeredMs: 0 }
        files.push(file)
        return Promise.resolve({ file, known: false })
      },
      finish(file, recordsCount) {
        files[file.number - 1] = { ...file, recordsCount, finished: true }
        return Promise.resolve()
      },
    },
    chooseSource: () => Promise.resolve(plainSource('usage')),
    check(path) {
      const mayCount = readFileSync(path, 'utf8') !== 'bad'
      const problems = mayCount ? [] : ['the audit counts 2 events, the file has 1']
      return Promise.resolve({ ...NO_FILE_FACTS, mayCount, problems })
    },
    rate(file) {
      rated.push(file.name)
      return Promise.resolve({ tally: emptyTally(), records: 1, open: { count: 0, sinceMs: 0 } })
    },
  }
}

async function ingest(names: string[], parts: IngestParts): Promise<IngestedFile[]> {
  const reports: IngestedFile[] = []
  const paths = names.map((name) => join(folder, name))
  for await (const report of ingestFiles(paths, parts)) reports.push(report)
  return reports
}

function deliver(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

test('the same content under another name is known, not taken again', async () => {
  deliver('a.csv', 'good')
  deliver('b.csv', 'good')
  const rated: string[] = []
  const reports = await ingest(['a.csv', 'b.csv'], partsOf([], rated))
  expect(reports.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'a.csv ingested',
    'b.csv known',
  ])
  expect(reports[1]?.problems).toEqual(['was taken in before as a.csv'])
  expect(rated).toEqual(['a.csv'])
})

test('a file whose totals do not fit is refused whole, and the next one goes on', async () => {
  deliver('bad.ber', 'bad')
  deliver('good.ber', 'good')
  const [files, rated]: [SourceFile[], string[]] = [[], []]
  const reports = await ingest(['bad.ber', 'good.ber'], partsOf(files, rated))
  expect(reports[0]).toMatchObject({
    state: 'refused',
    records: 0,
    tally: undefined,
    problems: ['the audit counts 2 events, the file has 1'],
  })
  expect(reports[1]?.state).toBe('ingested')
  expect(rated).toEqual(['good.ber'])
  expect(files.map((file) => file.name)).toEqual(['good.ber'])
  expect(readdirSync(folder).filter((name) => name.startsWith('staged-'))).toEqual([])
})

test('what an earlier run left unfinished is finished first', async () => {
  deliver('a.csv', 'one')
  deliver('b.csv', 'two')
  const [files, rated]: [SourceFile[], string[]] = [[], []]
  const parts = partsOf(files, rated)
  const broken = { ...parts, rate: () => Promise.reject(new Error('power cut')) }
  await expect(ingest(['a.csv'], broken)).rejects.toThrow('power cut')
  const reports = await ingest(['b.csv'], parts)
  expect(reports.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'a.csv resumed',
    'b.csv ingested',
  ])
})

test('a folder stands for its files by name, without those that are still written', () => {
  deliver('b.csv', '')
  deliver('a.csv', '')
  deliver('c.csv.part', '')
  deliver('.hidden', '')
  expect(expandPaths([folder])).toEqual([join(folder, 'a.csv'), join(folder, 'b.csv')])
  expect(() => expandPaths([join(folder, 'none')])).toThrow(/there is no file or folder/)
})
