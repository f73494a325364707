import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFiles } from '../../../test/doubles/open-files.ts'
import { sweepParts, writeFileAtomically } from './atomic-file.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a file is written whole, with its hash and size, and leaves no part behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-atomic-'))
  const path = join(folder, 'seller', '2026', 'a.csv')
  const written = await writeFileAtomically(path, [bytes('a;'), bytes('b\n')])
  expect(readFileSync(path, 'utf8')).toBe('a;b\n')
  const sha256 = createHash('sha256').update('a;b\n').digest('hex')
  expect(written).toEqual({ sha256, sizeBytes: 4 })
  expect(readdirSync(join(folder, 'seller', '2026'))).toEqual(['a.csv'])
})

test('parts may be kept elsewhere, and no file stays open, written or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-atomic-'))
  const [path, parts] = [join(folder, 'seller', 'a.csv'), join(folder, 'parts')]
  await writeFileAtomically(path, [bytes('a')], parts)
  expect([readFileSync(path, 'utf8'), readdirSync(parts)]).toEqual(['a', []])
  await expect(writeFileAtomically(path, failing(), parts)).rejects.toThrow('the ledger is away')
  expect([readFileSync(path, 'utf8'), readdirSync(parts)]).toEqual(['a', []])
  expect(openFiles().filter((name) => name.startsWith(folder))).toEqual([])
})

test('while it is written it has a name that says whose it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-atomic-'))
  let names: string[] = []
  function* looking(): Generator<Uint8Array> {
    yield bytes('a')
    names = readdirSync(folder)
    yield bytes('b')
  }
  await writeFileAtomically(join(folder, 'a.csv'), looking())
  expect(names).toEqual([expect.stringMatching(new RegExp(`^${process.pid}-\\d+\\.part$`))])
})

test('where nothing was written yet there is nothing to sweep', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'tik-atomic-')), 'parts')
  await sweepParts(folder)
  expect(readdirSync(folder)).toEqual([])
})

test('what fails half way leaves the file as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-atomic-'))
  const path = join(folder, 'a.csv')
  writeFileSync(path, 'before')
  await expect(writeFileAtomically(path, failing())).rejects.toThrow('the ledger is away')
  expect(readFileSync(path, 'utf8')).toBe('before')
  expect(readdirSync(folder)).toEqual(['a.csv'])
})

test('parts of killed processes are swept, those of living ones are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-atomic-'))
  const noProcess = 4_194_305 // Above the highest id that Linux gives.
  writeFileSync(join(folder, `${noProcess}-1.part`), '')
  writeFileSync(join(folder, `${process.pid}-1.part`), '')
  writeFileSync(join(folder, 'a.csv'), '')
  await sweepParts(folder)
  expect(readdirSync(folder).sort()).toEqual([`${process.pid}-1.part`, 'a.csv'])
})

function* failing(): Generator<Uint8Array> {
  yield bytes('half')
  throw new Error('the ledger is away')
}
