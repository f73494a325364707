import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { DEMO_PERIOD, DEMO_SEED, writeDemoMonth, type DemoFile } from './make-month.ts'
import { writeDemoMonths } from './make-months.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-test-months-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const settings = { seed: DEMO_SEED, accounts: 3 }
const HOME_NETWORK = '20416'

function hashes(files: readonly DemoFile[]): string[][] {
  return files.map(({ path }) => [
    basename(path),
    createHash('sha256').update(readFileSync(path)).digest('hex'),
  ])
}

test('months before the story leave its bytes as they are, and nobody travels in them', () => {
  const alone = writeDemoMonth({ ...settings, folder: join(folder, 'one'), period: DEMO_PERIOD })
  const months = writeDemoMonths({ ...settings, folder: join(folder, 'three'), months: 3 })
  expect(months.map(({ period }) => period)).toEqual(['2026-08', '2026-09', '2026-10'])
  expect(hashes(months[2]?.files ?? [])).toEqual(hashes(alone.files))
  const lines = (months[1]?.files ?? [])
    .filter(({ sourceId }) => sourceId === 'mobiel')
    .flatMap(({ path }) => readFileSync(path, 'utf8').split('\n').slice(1))
    .map((line) => line.split(';'))
    .filter((columns) => columns.length === 13)
  expect(lines.length).toBeGreaterThan(1_000)
  expect(new Set(lines.map((columns) => columns[10]))).toEqual(new Set([HOME_NETWORK]))
})
