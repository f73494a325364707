/** What files leave open for the next one of their source, from the archive alone. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { plainSource } from '../../test/doubles/decoding-run.ts'
import type { PendingCall } from '../ingest/format.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { archiveSource } from './archived-source.ts'
import { withCarry } from './carry-open.ts'
import { archivedPath } from './file-archive.ts'
import { chainKey, createOpenCalls, summaryOf } from './open-calls.ts'

const START = 1_791_183_600
let folder = ''
let files: SourceFile[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-open-'))
  files = []
})

const KAMAILIO = { ...withCarry(plainSource('kamailio')), sourceId: 'sbc' }

function row(method: string, call: string, second: number): string {
  return `${method}|f|t|${call}|200|OK|${second}|acme|31201234567|0612345678\n`
}

/** The next file of the log, in the archive. */
function arrive(text: string, source = KAMAILIO): SourceFile {
  const number = files.length + 1
  const file: SourceFile = {
    number,
    name: `file-${number}.csv`,
    contentHash: createHash('sha256').update(text).digest('hex'),
    sourceId: source.sourceId,
    format: source.format,
    bytes: text.length,
    stream: '',
    sequence: -1,
    sequenceMax: 0,
    recordsCount: 0,
    finished: true,
    registeredMs: (START + 1_000_000) * 1_000,
  }
  files.push(file)
  writeFileSync(archivedPath(folder, file), text)
  archiveSource(file, source, folder)
  return file
}

function openCalls() {
  return createOpenCalls(folder, () => Promise.resolve(files))
}

function keysOf(pending: readonly PendingCall[]): string[] {
  return pending.map(({ raw }) => raw.split('|')[3] ?? '').sort()
}

const keptPath = (file: SourceFile) => `${archivedPath(folder, file)}.open.ndjson`

test('a file begins with what all files before it left open, those of other sources aside', async () => {
  const first = arrive(row('INVITE', 'c1', START) + row('INVITE', 'c2', START + 1))
  const other = arrive(row('INVITE', 'x1', START), { ...KAMAILIO, sourceId: 'other' })
  const second = arrive(row('BYE', 'c1', START + 9) + row('INVITE', 'c3', START + 9))
  const third = arrive(row('BYE', 'c2', START + 20))
  const calls = openCalls()
  expect(keysOf(await calls.before(first))).toEqual([])
  expect(keysOf(await calls.before(second))).toEqual(['c1', 'c2'])
  expect(keysOf(await calls.before(third))).toEqual(['c2', 'c3'])
  expect(keysOf(await calls.after(third))).toEqual(['c3'])
  expect(keysOf(await calls.after(other))).toEqual(['x1'])
})

test('files are followed in the order of the log, however they are listed', async () => {
  arrive(row('INVITE', 'c1', START))
  const last = arrive(row('BYE', 'c1', START + 9))
  files.reverse()
  expect(keysOf(await openCalls().after(last))).toEqual([])
  expect(keysOf(await openCalls().before(last))).toEqual(['c1'])
})

test('a format whose records stand alone has nothing open, and reads no file for it', async () => {
  const usage = plainSource('usage')
  const [first, second] = [arrive('one', usage), arrive('two', usage)]
  rmSync(archivedPath(folder, first))
  rmSync(`${archivedPath(folder, first)}.source.json`)
  expect(await openCalls().before(second)).toEqual([])
})

test('what is kept saves reading the files again; without it they are read', async () => {
  const first = arrive(row('INVITE', 'c1', START))
  const second = arrive(row('INVITE', 'c2', START))
  const third = arrive(row('INVITE', 'c3', START))
  expect(keysOf(await openCalls().after(third))).toEqual(['c1', 'c2', 'c3'])
  expect([first, second, third].map((file) => existsSync(keptPath(file)))).toEqual([
    true,
    true,
    true,
  ])
  rmSync(keptPath(third))
  rmSync(archivedPath(folder, first)) // What the second left open is kept.
  expect(keysOf(await openCalls().after(third))).toEqual(['c1', 'c2', 'c3'])
  rmSync(keptPath(first))
  rmSync(keptPath(second))
  rmSync(keptPath(third))
  await expect(openCalls().after(third)).rejects.toMatchObject({ code: 'file_missing' })
})

test('what is kept of another file, or not to its end, is not believed', async () => {
  const first = arrive(row('INVITE', 'c1', START))
  const second = arrive(row('INVITE', 'c2', START))
  await openCalls().after(second)
  const whole = readFileSync(keptPath(second), 'utf8')
  writeFileSync(keptPath(second), whole.split('\n').slice(0, 2).join('\n'))
  expect(keysOf(await openCalls().after(second))).toEqual(['c1', 'c2'])
  writeFileSync(keptPath(second), readFileSync(keptPath(first), 'utf8'))
  expect(keysOf(await openCalls().after(second))).toEqual(['c1', 'c2'])
  expect(readFileSync(keptPath(second), 'utf8')).toBe(whole)
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('many open calls are kept whole', async () => {
  const file = arrive('')
  const pending = Array.from({ length: 2_500 }, (_, index): PendingCall => {
    const key = `c${index}`
    return { key, raw: key, atMs: index, fields: {}, isCounted: false, isCarried: true }
  })
  await openCalls().keep(file, pending)
  expect(await openCalls().after(file)).toEqual(pending)
})

test('files of a build that carried nothing pass on what is open before them, unread', async () => {
  const first = arrive(row('INVITE', 'c1', START))
  const alone = arrive(row('BYE', 'c1', START + 5), {
    ...KAMAILIO,
    options: { carryOpen: false },
  })
  const last = arrive(row('INVITE', 'c2', START + 9))
  await openCalls().after(first)
  rmSync(archivedPath(folder, alone))
  expect(keysOf(await openCalls().after(last))).toEqual(['c1', 'c2'])
})

test('a person is told how many wait, and since when', () => {
  expect(summaryOf([])).toEqual({ count: 0, sinceMs: 0 })
  expect(summaryOf([waiting(7), waiting(5), waiting(9), waiting(1, true)])).toEqual({
    count: 3,
    sinceMs: 5,
  })
  expect(summaryOf([waiting(0), waiting(4)])).toEqual({ count: 2, sinceMs: 4 }) // Of one no time is known.
  expect(summaryOf([waiting(0)])).toEqual({ count: 1, sinceMs: 0 })
})

test('files of one source and format follow each other', () => {
  const keys = [
    { sourceId: 'a', format: 'kamailio' },
    { sourceId: 'a', format: 'radius' },
    { sourceId: 'b', format: 'kamailio' },
  ].map((each) => chainKey(each))
  expect(new Set(keys).size).toBe(3)
})

function waiting(atMs: number, isCounted = false): PendingCall {
  return { key: '', raw: '', atMs, fields: {}, isCounted, isCarried: true }
}
