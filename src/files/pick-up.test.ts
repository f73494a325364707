import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { renameSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { plainSource } from '../../test/doubles/decoding-run.ts'
import type { IngestedFile } from './ingest-files.ts'
import type { FolderSource } from '../ingest/sources.ts'
import { PICKED_FILES_MAX, pickUp, putAway } from './pick-up.ts'

const NOW_MS = Date.parse('2026-11-01T12:00:00Z')

function spool(): FolderSource {
  const path = mkdtempSync(join(tmpdir(), 'tik-spool-'))
  const [done, quarantine] = [join(path, 'done'), join(path, 'quarantine')]
  return { source: plainSource('usage'), path, done, quarantine, settleMs: 10_000 }
}

function deliver(folder: FolderSource, name: string, text: string, ageMs = 60_000): void {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  utimesSync(path, (NOW_MS - ageMs) / 1_000, (NOW_MS - ageMs) / 1_000)
}

function report(path: string, state: IngestedFile['state'], problems: string[] = []): IngestedFile {
  const counted = { fileNumber: 1, records: 0, tally: undefined, open: undefined }
  return { path, name: basename(path), state, format: 'usage', sourceId: 'x', ...counted, problems }
}

function names(paths: readonly string[]): string[] {
  return paths.map((path) => basename(path))
}

test('files that are complete and at rest are picked up by name; others are left', () => {
  const folder = spool()
  deliver(folder, 'b.csv', 'b')
  deliver(folder, 'a.csv', 'a')
  deliver(folder, 'still-written.csv', 'c', 3_000)
  deliver(folder, 'd.csv.part', 'd')
  deliver(folder, '.hidden', 'e')
  expect(names(pickUp(folder, 'me', NOW_MS))).toEqual(['a.csv', 'b.csv'])
  expect(pickUp(folder, 'another', NOW_MS)).toEqual([])
  expect(names(pickUp(folder, 'another', NOW_MS + 10_000))).toEqual(['still-written.csv'])
})

test('what a killed run had picked up is taken again, before a new file of the same name', () => {
  const folder = spool()
  deliver(folder, 'a.csv', 'old')
  pickUp(folder, 'me', NOW_MS)
  deliver(folder, 'a.csv', 'new')
  const [again = '', ...others] = pickUp(folder, 'me', NOW_MS)
  expect(others).toEqual([])
  expect(readFileSync(again, 'utf8')).toBe('old')
  putAway(report(again, 'known'), folder)
  expect(readFileSync(pickUp(folder, 'me', NOW_MS)[0] ?? '', 'utf8')).toBe('new')
})

test('a file leaves for done, a refused one for quarantine with its reasons; none is overwritten', () => {
  const folder = spool()
  for (const text of ['one', 'two']) {
    deliver(folder, 'a.csv', text)
    putAway(report(pickUp(folder, 'me', NOW_MS)[0] ?? '', 'ingested'), folder)
  }
  expect(readFileSync(join(folder.done, 'a.csv'), 'utf8')).toBe('one')
  expect(readFileSync(join(folder.done, 'a.csv~2'), 'utf8')).toBe('two')

  deliver(folder, 'bad.ber', 'bad')
  const [path = ''] = pickUp(folder, 'me', NOW_MS)
  putAway(report(path, 'refused', ['the audit counts 2 events, the file has 1']), folder)
  expect(readdirSync(folder.quarantine)).toEqual(['bad.ber', 'bad.ber.reason.txt'])
  expect(readFileSync(join(folder.quarantine, 'bad.ber.reason.txt'), 'utf8')).toBe(
    'the audit counts 2 events, the file has 1\n',
  )
  expect(existsSync(path)).toBe(false)
})

test('a folder that is not there, or that cannot be put away into, is said so', () => {
  const folder = spool()
  expect(() => pickUp({ ...folder, path: join(folder.path, 'none') }, 'me', NOW_MS)).toThrow(
    /there is no folder/,
  )
  mkdirSync(folder.done)
  expect(() => putAway(report(join(folder.path, 'gone.csv'), 'ingested'), folder)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/cannot be moved/),
      hint: expect.stringContaining('on one file system'),
    }),
  )
})

test('a name that is not UTF-8 is taken under one that is', () => {
  const folder = spool()
  const name = Buffer.from('appels-d\u00e9c.csv', 'latin1')
  const path = Buffer.concat([Buffer.from(`${folder.path}/`), name])
  writeFileSync(path, 'calls')
  utimesSync(path, NOW_MS / 1_000 - 60, NOW_MS / 1_000 - 60)
  const [picked = ''] = pickUp(folder, 'me', NOW_MS)
  expect(basename(picked)).toBe('appels-d%E9c.csv')
  expect(readFileSync(picked, 'utf8')).toBe('calls')
  putAway(report(picked, 'ingested'), folder)
  expect(readdirSync(folder.done)).toEqual(['appels-d%E9c.csv'])
})

test.each([
  ['as long as a name may be', Buffer.from(`${'n'.repeat(251)}.csv`), `${'n'.repeat(234)}.csv`],
  [
    'longer as text than on the disk',
    Buffer.from([...Array<number>(100).fill(0xe9), 0x2e, 0x63]),
    undefined,
  ],
  ['of characters of two bytes', Buffer.from(`${'é'.repeat(125)}.csv`), `${'é'.repeat(117)}.csv`],
])('a name that is %s is cut, so that a reason fits beside it', (_, name, expected) => {
  const folder = spool()
  deliver(folder, 'other.csv', 'other')
  const path = Buffer.concat([Buffer.from(join(folder.path, '/')), name])
  writeFileSync(path, 'long')
  utimesSync(path, (NOW_MS - 60_000) / 1_000, (NOW_MS - 60_000) / 1_000)
  const picked = pickUp(folder, 'me', NOW_MS)
  expect(picked).toHaveLength(2)
  const [long = ''] = picked.filter((one) => basename(one) !== 'other.csv')
  if (expected !== undefined) expect(basename(long)).toBe(expected)
  putAway(report(long, 'refused', ['it is odd']), folder)
  const [aside = '', reason] = readdirSync(folder.quarantine).sort()
  expect([aside, reason]).toEqual([basename(long), `${basename(long)}.reason.txt`])
})

test('a long name that a build before had picked up is put away too', () => {
  const folder = spool()
  const [picked = ''] = pickUpOne(folder, 'a.csv')
  const long = join(dirname(picked), `${'n'.repeat(251)}.csv`)
  renameSync(picked, long)
  putAway(report(long, 'refused', ['it is odd']), folder)
  expect(readdirSync(folder.quarantine)).toHaveLength(2)
})

test('a file is at rest once it is as old as it must be', () => {
  const folder = spool()
  deliver(folder, 'a.csv', 'a', 10_000)
  deliver(folder, 'b.csv', 'b', 9_999)
  expect(names(pickUp(folder, 'me', NOW_MS))).toEqual(['a.csv'])
})

test.each([
  ['of the longest that may be', 'n'.repeat(234), 'n'.repeat(234)],
  ['one longer', 'n'.repeat(235), 'n'.repeat(234)],
])('a name %s: its ending stays', (_, name, kept) => {
  const folder = spool()
  const [picked = ''] = pickUpOne(folder, `${name}.csv`)
  expect(basename(picked)).toBe(`${kept}.csv`)
})

test('two long names that become one are taken one after the other, and both', () => {
  const folder = spool()
  for (const count of [240, 241]) deliver(folder, `${'n'.repeat(count)}.csv`, `${count}`)
  const texts: string[] = []
  for (let round = 1; round <= 2; round += 1) {
    const [picked = '', ...others] = pickUp(folder, 'me', NOW_MS)
    expect(others).toEqual([])
    texts.push(readFileSync(picked, 'utf8'))
    putAway(report(picked, 'ingested'), folder)
  }
  expect(texts.sort()).toEqual(['240', '241'])
})

test('the lowest byte that is no character by itself is written as a number', () => {
  const folder = spool()
  const path = Buffer.concat([Buffer.from(join(folder.path, '/')), Buffer.from([0x61, 0x80])])
  writeFileSync(path, 'a')
  utimesSync(path, NOW_MS / 1_000 - 60, NOW_MS / 1_000 - 60)
  expect(names(pickUp(folder, 'me', NOW_MS))).toEqual(['a%80'])
})

test('a round takes a bounded number of files, those that a killed run had with them', () => {
  const folder = spool()
  deliver(folder, '0.csv', 'picked before')
  pickUp(folder, 'me', NOW_MS)
  for (let number = 1; number <= PICKED_FILES_MAX; number += 1) deliver(folder, `${number}.csv`, '')
  expect(pickUp(folder, 'me', NOW_MS)).toHaveLength(PICKED_FILES_MAX)
  expect(pickUp(folder, 'another', NOW_MS)).toHaveLength(1)
})

test('names are used again ten thousand times, and then somebody must look', () => {
  const folder = spool()
  mkdirSync(folder.done)
  for (let number = 2; number < 10_000; number += 1) {
    writeFileSync(join(folder.done, `a.csv~${number}`), '')
  }
  writeFileSync(join(folder.done, 'a.csv'), '')
  const putOne = () => putAway(report(pickUpOne(folder, 'a.csv')[0] ?? '', 'ingested'), folder)
  expect(basename(putOne())).toBe('a.csv~10000')
  expect(putOne).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/has 10000 files named a.csv/),
      hint: 'empty that folder',
    }),
  )
})

function pickUpOne(folder: FolderSource, name: string): string[] {
  deliver(folder, name, 'one')
  return pickUp(folder, 'me', NOW_MS)
}
