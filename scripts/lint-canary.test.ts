/** The linter's own rules look where they should: each forbidden import is found, at any depth. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-lint-'))
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test.each([
  ['node:fs', false],
  ['node:crypto', false],
  ['../../postgres/operations-store.ts', false],
  ['../../directory/store/load-directory.ts', false],
  ['../../catalogue/load-catalogue.ts', false],
  ['../../catalogue/read/read-catalogue.ts', false],
  ['../../core/clock.ts', false],
  ['../../core/config.ts', false],
  ['node:assert/strict', true],
  ['../../directory/agreement.ts', true],
  ['../../catalogue/holidays.ts', true],
  ['../../core/money.ts', true],
])('rating may import %s by value: %s', (from, isAllowed) => {
  expect(lint('src/rating/price/a.ts', `import { a } from '${from}'\nexport const b = a\n`)).toBe(
    isAllowed ? '' : 'src/rating is pure',
  )
})

test('rating may import the type of what it is given', () => {
  const text = `import type { Clock } from '../core/clock.ts'\nexport type A = Clock\n`
  expect(lint('src/rating/a.ts', text)).toBe('')
})

/** The beginning of the message about imports, or '' where there is none. */
function lint(path: string, text: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  const { stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), [path], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return /src\/rating is pure/.exec(stdout)?.[0] ?? ''
}
