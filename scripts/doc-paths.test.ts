/** Every file that a page names is there: what moves takes its mentions along. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const TOPS = 'src|test|docs|scripts|fixtures|bench|clickhouse|postgres|deploy|bin'
/** `src/mail/`, docs/recovery.md: from the root. */
const PATH = new RegExp(`(?<![\\w/.~@-])(?:${TOPS})/[\\w./-]*[\\w/]`, 'g')
/** `price-usage.ts`: somewhere in the tree. */
const FILE = /(?<![\w/.{}*<>-])[a-z][\w.-]*\.(?:ts|sql|mjs)\b/g

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))
const names = new Set(files.map((path) => basename(path)))
/** Decisions tell what was; the changelog too. */
const pages = files.filter(
  (path) => path.endsWith('.md') && !/^(docs\/decisions\/|CHANGELOG|fixtures\/)/.test(path),
)

test.each(pages)('%s names files that are there', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8')
  const paths = [...text.matchAll(PATH)].map(([path]) => path)
  const missing = [
    ...paths.filter((path) => !isThere(path, page)),
    ...[...text.matchAll(FILE)].map(([name]) => name).filter((name) => !names.has(name)),
  ]
  expect(missing).toEqual([])
})

test('the check finds pages, and what is not there', () => {
  expect(pages.length).toBeGreaterThan(25)
  expect(isThere('src/mail/no-such-file.ts', 'README.md')).toBe(false)
  expect('see `src/mail/mailer.ts`, and src/pipeline.ts.'.match(PATH)).toEqual([
    'src/mail/mailer.ts',
    'src/pipeline.ts',
  ])
})

/** From the root or from the folder of the page; the beginning is enough: `docs/decisions/0170`. */
function isThere(path: string, page: string): boolean {
  const fromPage = join(dirname(page), path)
  return files.some((file) => file.startsWith(path) || file.startsWith(fromPage))
}
