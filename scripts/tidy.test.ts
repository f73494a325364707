import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryPaths, tidy } from './tidy.ts'

test('the repository is tidy', () => {
  const findings = tidy('.', repositoryPaths('.'))
  expect(findings.map(({ path, line, message }) => `${path}:${line} ${message}`)).toEqual([])
})

const header = '/** What it is. */\n'

test.each`
  path                          | text                                                                | message
  ${'src/a/x.ts'}               | ${header + 'process.env["A"]'}                                      | ${/config\.ts/}
  ${'src/a/x.ts'}               | ${header + 'const now = Date.now()'}                                | ${/Clock/}
  ${'src/rating/x.ts'}          | ${header + 'parseFloat(text)'}                                      | ${/integers/}
  ${'src/invoicing/x.ts'}       | ${header + 'Number(row.charge)'}                                    | ${/microsFromDecimal/}
  ${'src/a/x.ts'}               | ${header + ['// FIX', 'ME later'].join('')}                         | ${/do it now/}
  ${'src/a/x.ts'}               | ${'export const x = 1'}                                             | ${/begin with a comment/}
  ${'src/a/utils.ts'}           | ${header}                                                           | ${/one concept/}
  ${'src/rating/x.ts'}          | ${header + 'return at >= x.fromMs && at < x.toMs'}                  | ${/one rule/}
  ${'src/a/x.ts'}               | ${header + 'if (a.fromDay < b.toDay &&\n  b.fromDay < a.toDay) {}'} | ${/one rule/}
  ${'src/a/x.ts'}               | ${header + 'const ID = /^x/\nconst NAME = /^\\s*(.*?)\\s*$/'}       | ${/quadratic/}
  ${'src/a/x.ts'}               | ${header + 'new RegExp(pattern)'}                                   | ${/by hand/}
  ${'docs/x.md'}                | ${'# One\n# Two\n'}                                                 | ${/one title/}
  ${'clickhouse/queries/x.sql'} | ${'ALTER TABLE usage_ledger DELETE WHERE 1'}                        | ${/immutable/}
`('$path with "$text" is found', ({ path, text, message }) => {
  const root = mkdtempSync(join(tmpdir(), 'tik-tidy-'))
  for (const folder of ['src/a', 'test']) mkdirSync(join(root, folder), { recursive: true })
  mkdirSync(join(root, dirname(path)), { recursive: true })
  writeFileSync(join(root, path), text)
  expect(
    tidy(root, [path])
      .map((finding) => finding.message)
      .join('\n'),
  ).toMatch(message)
})
