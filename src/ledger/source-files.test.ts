import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openClickHouse } from './engine/clickhouse-store.ts'
import { migrateClickHouse } from './engine/migrate-clickhouse.ts'
import { findSourceFile, finishSourceFile } from './source-files.ts'
import { listSourceFiles, registerSourceFile } from './source-files.ts'

const newFile = (name: string, contentHash: string) => ({
  name,
  contentHash,
  sourceId: 'pbx',
  format: 'asterisk',
  bytes: 1234,
  stream: 'TAP:CD:DEUD1>NLDLT',
  sequence: 42,
  sequenceMax: 99_999,
})

test('files are numbered in order of registration, by content and not by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-files-'))
  await using store = await openClickHouse({ folder })
  await migrateClickHouse(store)
  expect(await listSourceFiles(store)).toEqual([])

  const first = await registerSourceFile(store, newFile("it's; a\tname.csv", 'aa'), 1000)
  const second = await registerSourceFile(store, newFile('b.csv', 'bb'), 2000)
  const again = await registerSourceFile(store, newFile('renamed.csv', 'aa'), 3000)
  expect([first.file.number, second.file.number]).toEqual([1, 2])
  expect(again).toEqual({ known: true, file: first.file })

  await finishSourceFile(store, first.file, 42, 4000)
  const files = await listSourceFiles(store)
  expect(files.map((file) => [file.number, file.recordsCount, file.finished])).toEqual([
    [1, 42, true],
    [2, 0, false],
  ])
  expect(files[0]?.name).toBe("it's; a\tname.csv")
  expect(await findSourceFile(store, 'bb')).toEqual(second.file)
  expect(await findSourceFile(store, 'cc')).toBeUndefined()
})
