import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TikError } from '../core/failures/errors.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { emptyTally } from '../pipeline.ts'
import { archivedSource } from './archived-source.ts'
import { archivedPath } from './file-archive.ts'
import { NO_FILE_FACTS } from '../ingest/format.ts'
import { plainSource } from '../../test/doubles/decoding-run.ts'
import { expandPaths, ingestFiles } from './ingest-files.ts'
import type { IngestedFile, IngestParts } from './ingest-files.ts'

const TRIED_AGAIN = 'the next `tik ingest` tries to finish it again'
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
  const away = new TikError('ledger_unavailable', 'power cut')
  const broken = { ...parts, rate: () => Promise.reject(away) }
  await expect(ingest(['a.csv'], broken)).rejects.toBe(away)
  const reports = await ingest(['b.csv'], parts)
  expect(reports.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'a.csv resumed',
    'b.csv ingested',
  ])
})

test.each([
  ['is gone', (path: string) => rmSync(path), 'is no longer in the archive'],
  ['was changed', (path: string) => writeFileSync(path, 'onE'), 'is not what was taken in'],
  [
    'has lost how it is read',
    (path: string) => rmSync(`${path}.source.json`),
    'does not say how a.csv is to be read',
  ],
])('an unfinished file whose archived copy %s is not rated', async (_, damage, problem) => {
  deliver('a.csv', 'one')
  deliver('b.csv', 'two')
  const [files, rated]: [SourceFile[], string[]] = [[], []]
  const parts = partsOf(files, rated)
  const stopped = new TikError('interrupted', 'stopped')
  const stopping = { ...parts, rate: () => Promise.reject(stopped) }
  await expect(ingest(['a.csv'], stopping)).rejects.toBe(stopped)
  const found = readdirSync(folder).find((each) => each.endsWith('-a.csv'))
  damage(join(folder, found ?? 'none'))
  const [first, second] = await ingest(['b.csv'], parts)
  expect(first?.state).toBe('unfinished')
  expect(first?.problems[0]).toContain(problem)
  expect(second?.state).toBe('ingested')
  expect(rated).toEqual(['b.csv'])
})

test('a bug that one file shows is reported with it, and the others go on', async () => {
  deliver('a.csv', 'one')
  deliver('b.csv', 'two')
  const rated: string[] = []
  const parts = partsOf([], rated)
  const broken: IngestParts = {
    ...parts,
    rate: (file, ...rest) =>
      file.name === 'a.csv' ? Promise.reject(new RangeError('no')) : parts.rate(file, ...rest),
  }
  const [first, second] = await ingest(['a.csv', 'b.csv'], broken)
  expect(first).toMatchObject({
    state: 'unfinished',
    problems: ['a bug: RangeError: no', TRIED_AGAIN],
  })
  expect(second).toMatchObject({ state: 'ingested' })
})

test('a stop is no fault of the file under way, whatever its reason', async () => {
  deliver('a.csv', 'one')
  const stop = new AbortController()
  const reason = new Error('power cut')
  const parts: IngestParts = {
    ...partsOf([], []),
    reading: { signal: stop.signal },
    rate() {
      stop.abort(reason)
      return Promise.reject(reason)
    },
  }
  await expect(ingest(['a.csv'], parts)).rejects.toBe(reason)
})

test.each(['ledger_fenced', 'rating_busy', 'operations_unavailable', 'disk_full'] as const)(
  '%s stops all files: the next one would fare no better',
  async (code) => {
    deliver('a.csv', 'one')
    const failure = new TikError(code, 'no')
    const broken = { ...partsOf([], []), rate: () => Promise.reject(failure) }
    await expect(ingest(['a.csv'], broken)).rejects.toBe(failure)
  },
)

test('a folder stands for its files by name, without those that are still written', () => {
  deliver('b.csv', '')
  deliver('a.csv', '')
  deliver('c.csv.part', '')
  deliver('.hidden', '')
  expect(expandPaths([folder])).toEqual([join(folder, 'a.csv'), join(folder, 'b.csv')])
  expect(() => expandPaths([join(folder, 'none')])).toThrow(/there is no file or folder/)
})

const states = (reports: IngestedFile[]) => reports.map(({ name, state }) => `${name} ${state}`)

const optionsOf = (file: SourceFile | undefined) =>
  file === undefined ? undefined : archivedSource(file, folder).options['continues']

describe('one bad file', () => {
  test('a pipe and a file that is gone are refused with the reason, and the others go on', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.csv')])
    deliver('good.csv', 'good')
    const [files, rated]: [SourceFile[], string[]] = [[], []]
    const reports = await ingest(['pipe.csv', 'gone.csv', 'good.csv'], partsOf(files, rated))
    expect(reports.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'pipe.csv refused',
      'gone.csv refused',
      'good.csv ingested',
    ])
    expect(reports[0]?.problems.join()).toContain('is no regular file')
    expect(reports[1]?.problems.join()).toContain('there is no file')
    expect(readdirSync(folder).filter((name) => name.startsWith('staged-'))).toEqual([])
  })

  test('one whose format nobody knows, and a compression that is damaged, do not stop the others', async () => {
    deliver('odd.csv', 'odd')
    writeFileSync(join(folder, 'cut.gz'), gzipSync('x'.repeat(100_000)).subarray(0, 60))
    deliver('good.csv', 'good')
    const [files, rated]: [SourceFile[], string[]] = [[], []]
    const parts = partsOf(files, rated)
    const chooseSource = (path: string) =>
      path.endsWith('odd.csv')
        ? Promise.reject(
            new TikError('format_unknown', 'which format is odd.csv?', { hint: 'say it' }),
          )
        : parts.chooseSource(path)
    const reports = await ingest(['odd.csv', 'cut.gz', 'good.csv'], { ...parts, chooseSource })
    expect(reports.map(({ state }) => state)).toEqual(['refused', 'refused', 'ingested'])
    expect(reports[0]?.problems).toEqual(['which format is odd.csv? (say it)'])
  })

  test('one that cannot be finished is named, the next ones go on, and it is finished later', async () => {
    deliver('a.csv', 'one')
    deliver('b.csv', 'two')
    const [files, rated]: [SourceFile[], string[]] = [[], []]
    const parts = partsOf(files, rated)
    const damaged: IngestParts = {
      ...parts,
      rate: (file, path, source) =>
        file.name === 'a.csv'
          ? Promise.reject(new TikError('file_unreadable', 'the archived copy is damaged'))
          : parts.rate(file, path, source),
    }
    const first = await ingest(['a.csv', 'b.csv'], damaged)
    expect(states(first)).toEqual(['a.csv unfinished', 'b.csv ingested'])
    expect(first[0]?.problems[0]).toContain('the archived copy is damaged')
    expect(states(await ingest([], damaged))).toEqual(['a.csv unfinished'])
    expect(states(await ingest(['a.csv'], parts))).toEqual(['a.csv resumed', 'a.csv known'])
    expect(rated).toEqual(['b.csv', 'a.csv'])
  })

  test('what stops the ledger stops the run', async () => {
    deliver('a.csv', 'one')
    const failure = new TikError('ledger_unavailable', 'no answer')
    const parts = { ...partsOf([], []), rate: () => Promise.reject(failure) }
    await expect(ingest(['a.csv'], parts)).rejects.toMatchObject({ code: 'ledger_unavailable' })
  })
})

describe('the identity of a file', () => {
  const text = 'one\ntwo\n'

  test('is its content after unpacking', async () => {
    deliver('day.csv', text)
    writeFileSync(join(folder, 'day.csv.gz'), gzipSync(text, { level: 1 }))
    writeFileSync(join(folder, 'again.gz'), gzipSync(text, { level: 9 }))
    writeFileSync(join(folder, 'day.zst'), zstdCompressSync(text))
    const [files, rated]: [SourceFile[], string[]] = [[], []]
    const names = ['day.csv.gz', 'day.csv', 'again.gz', 'day.zst']
    const reports = await ingest(names, partsOf(files, rated))
    expect(reports.map(({ state }) => state)).toEqual(['ingested', 'known', 'known', 'known'])
    expect(files[0]?.contentHash).toBe(createHash('sha256').update(text).digest('hex'))
    expect(rated).toEqual(['day.csv.gz'])
  })

  test('is known of files that a build before registered by their packed bytes', async () => {
    const packed = gzipSync(text)
    const contentHash = createHash('sha256').update(packed).digest('hex')
    const old = {
      name: 'old.gz',
      contentHash,
      sourceId: 'test',
      format: 'usage',
      bytes: packed.length,
    }
    const sequence = { stream: '', sequence: -1, sequenceMax: -1 }
    const taken = { number: 1, recordsCount: 2, finished: true, registeredMs: 0 }
    const files: SourceFile[] = [{ ...old, ...sequence, ...taken }]
    writeFileSync(archivedPath(folder, old), packed)
    writeFileSync(join(folder, 'same.gz'), packed)
    writeFileSync(join(folder, 'other.gz'), gzipSync(text, { level: 1 }))
    deliver('plain.csv', text)
    const names = ['same.gz', 'other.gz', 'plain.csv']
    const reports = await ingest(names, partsOf(files, []))
    expect(reports.map(({ state }) => state)).toEqual(['known', 'known', 'known'])
    // Without the archived bytes the packed hash is all there is.
    unlinkSync(archivedPath(folder, old))
    unlinkSync(join(folder, 'contents.ndjson'))
    const again = await ingest(['same.gz'], partsOf(files, []))
    expect(again.map(({ state }) => state)).toEqual(['known'])
  })
})

describe('a file that has grown', () => {
  test('has the rows of the files that it begins with, the longest of them last', async () => {
    const files: SourceFile[] = []
    const lengths = [10, 25, 40]
    const content = 'row of calls\n'.repeat(10)
    const parts = partsOf(files, [])
    const counting: IngestParts = {
      ...parts,
      rate: async (file, path, source) => ({
        ...(await parts.rate(file, path, source)),
        records: file.bytes,
      }),
    }
    for (const [day, length] of lengths.entries()) {
      deliver(`day-${day}.csv`, content.slice(0, length))
      const [report] = await ingest([`day-${day}.csv`], counting)
      expect(report?.state).toBe('ingested')
    }
    const [first, second, third] = files
    expect(optionsOf(first)).toBeUndefined()
    expect(optionsOf(second)).toEqual([{ identity: first?.contentHash, records: 10 }])
    expect(optionsOf(third)).toEqual([
      { identity: first?.contentHash, records: 10 },
      { identity: second?.contentHash, records: 25 },
    ])
  })

  test('is known in one run too, packed or not; another beginning is another file', async () => {
    deliver('a.csv', 'one\n')
    writeFileSync(join(folder, 'b.gz'), gzipSync('one\ntwo\n'))
    deliver('c.csv', 'One\ntwo\n')
    const files: SourceFile[] = []
    const reports = await ingest(['a.csv', 'b.gz', 'c.csv'], partsOf(files, []))
    expect(reports.map(({ problems }) => problems)).toEqual([
      [],
      ['goes on after what a.csv had'],
      [],
    ])
    expect(optionsOf(files[1])).toEqual([{ identity: files[0]?.contentHash, records: 1 }])
  })

  test('a beginning that comes after the whole is known already', async () => {
    deliver('whole.csv', 'one\ntwo\nthree\n')
    deliver('early.csv', 'one\ntw')
    deliver('other.csv', 'one\nTw')
    const reports = await ingest(['whole.csv', 'early.csv', 'other.csv'], partsOf([], []))
    expect(reports.map(({ state }) => state)).toEqual(['ingested', 'known', 'ingested'])
    expect(reports[1]?.problems).toEqual([
      'is the beginning of whole.csv, which was taken in before',
    ])
  })
})
