import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openDataFolder, type DataFolder } from '../store-server/data-folder.ts'
import { archivedCatalogue } from './catalogue-archive.ts'
import { catalogueKey } from './rating-parts.ts'
import { watchCatalogue } from './watch-catalogue.ts'

let root: string
let catalogueFolder: string
let failures: string[]
let folder: DataFolder

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tik-watch-'))
  catalogueFolder = join(root, 'catalogue')
  cpSync('fixtures/catalogue', catalogueFolder, { recursive: true })
  failures = []
  folder = await openDataFolder(join(root, 'data'), 'test')
  return () => folder[Symbol.asyncDispose]()
})

const watch = () =>
  watchCatalogue(catalogueFolder, folder, (failure) => void failures.push(failure))

function edit(change: (text: string) => string): void {
  const path = join(catalogueFolder, 'plans.yaml')
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

test('a changed catalogue is taken over when it stands still, and both stay in the archive', async () => {
  const catalogue = await watch()
  const before = catalogue.current
  expect(await catalogue.look()).toBe(before)
  edit((text) => `${text}\n# a remark\n`)
  expect(await catalogue.look()).toBe(before)
  edit((text) => `${text}\n# and another\n`)
  expect(await catalogue.look()).toBe(before)
  const after = await catalogue.look()
  expect(after.hash).not.toBe(before.hash)
  for (const { hash } of [before, after]) {
    const archived = await archivedCatalogue(catalogueKey({ ...after, hash }), folder)
    expect(archived.hash).toBe(hash)
  }
  expect(readdirSync(folder.subfolder('archive'))).not.toContain('catalogue.loading')
})

test('a catalogue with mistakes is reported, and the one before stays until it is mended', async () => {
  const catalogue = await watch()
  const before = catalogue.current
  edit((text) => text.replace('plans:', 'plants:'))
  await catalogue.look()
  expect(await catalogue.look()).toBe(before)
  expect(failures.filter((failure) => failure !== '')).toEqual([expect.stringContaining('plants')])
  expect(failures.at(-1)).toContain('plants')
  edit((text) => text.replace('plants:', 'plans:'))
  await catalogue.look()
  await catalogue.look()
  expect(failures.at(-1)).toBe('')
})

test('a folder that is away for a moment does no harm', async () => {
  const catalogue = await watch()
  const before = catalogue.current
  renameSync(catalogueFolder, `${catalogueFolder}-old`)
  expect(await catalogue.look()).toBe(before)
  expect(failures).toHaveLength(1)
  renameSync(`${catalogueFolder}-old`, catalogueFolder)
  expect(await catalogue.look()).toBe(before)
  expect(failures.at(-1)).toBe('')
  rmSync(root, { recursive: true })
})
