/** `tik catalogue diff`: every difference that changes a price is named, and nothing else. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createCommandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-diff-'))
const other = join(folder, 'other')
const tik = createCommandLine(folder)
const BASE = 'fixtures/catalogue-mistakes/base'

afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  rmSync(other, { recursive: true, force: true })
  cpSync(BASE, other, { recursive: true })
})

function change(file: string, from: string, to: string): void {
  const path = join(other, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toContain(from)
  writeFileSync(path, text.replace(from, to))
}

test('two that say the same differ in nothing', async () => {
  expect((await tik.here(['catalogue', 'diff', BASE, other])).stdout).toBe(
    'The catalogues say the same.\n',
  )
})

test('a prefix that is added, one that is gone, and a holiday', async () => {
  const lines = readFileSync(join(other, 'deck.csv'), 'utf8').trimEnd().split('\n')
  const gone = lines.pop() ?? ''
  const [prefix = '', ...rest] = gone.split(',')
  writeFileSync(
    join(other, 'deck.csv'),
    `${[...lines, [`${prefix}9`, ...rest].join(',')].join('\n')}\n`,
  )
  const { stdout, status } = tik.process('catalogue', 'diff', BASE, other)
  expect(stdout).toBe(`prefixes: ${prefix} is removed\nprefixes: ${prefix}9 is added\n`)
  expect(status).toBe(0)
})

test('a price is named with its old and its new value', async () => {
  const text = readFileSync(join(other, 'prices.yaml'), 'utf8')
  const [found = ''] = /"0\.\d+\/min"/.exec(text) ?? []
  change('prices.yaml', found, '"9.87/min"')
  const { stdout } = await tik.here(['catalogue', 'diff', BASE, other])
  expect(stdout).toMatch(/^rates: [a-z-]+ changed\n {2}\S+price: 0\.\d+ → 9\.87\n/)
  expect(
    JSON.parse((await tik.here(['catalogue', 'diff', BASE, other, '--json'])).stdout).entries[0]
      .kind,
  ).toBe('changed')
})
