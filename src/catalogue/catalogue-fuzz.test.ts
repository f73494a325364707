/**
 * Whatever is in the files, checking ends with a catalogue or with errors that name a line: it
 * never throws. Lines of the small catalogue are dropped, doubled, swapped, cut and filled with
 * rubbish.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkCatalogue } from './load-catalogue.ts'

const BASE = 'fixtures/catalogue-mistakes/base'
const FILES = ['catalogue.yaml', 'prices.yaml', 'zones.yaml', 'countries.csv', 'deck.csv']
const RUBBISH = [
  '"" 0 -1 [] {} null ~ 99999999999999999999 1e9 *a | 2026-13-45 true 1/0 60/0 [[]] {a:{b:c}} "',
  'fixed voice mobile-plus __proto__ constructor -',
]
  .flatMap((words) => words.split(' '))
  .concat('- ', ': ', '&a x', '"0.1/0 min"', '0 MB', '5 GB', '9999999999 TB')

const spoiling = fc.record({
  file: fc.constantFrom(...FILES),
  line: fc.nat(60),
  other: fc.nat(60),
  how: fc.constantFrom('drop', 'double', 'swap', 'cut', 'fill'),
  rubbish: fc.constantFrom(...RUBBISH),
})

test('checking never throws, and says something when there is no catalogue', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-fuzz-'))
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(spoiling, { minLength: 1, maxLength: 3 }), async (spoilings) => {
        cpSync(BASE, folder, { recursive: true })
        for (const each of spoilings) {
          const path = join(folder, each.file)
          writeFileSync(path, spoil(readFileSync(path, 'utf8').split('\n'), each).join('\n'))
        }
        const { catalogue, problems } = await checkCatalogue(folder)
        if (catalogue === undefined) expect(problems).not.toHaveLength(0)
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1)
          expect(problem.message).not.toMatch(/undefined|\[object/)
        }
      }),
      { numRuns: 40 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function spoil(
  lines: readonly string[],
  { line, other, how, rubbish }: { line: number; other: number; how: string; rubbish: string },
): string[] {
  const at = line % lines.length
  const text = lines[at] ?? ''
  const second = lines[other % lines.length] ?? ''
  switch (how) {
    case 'drop':
      return lines.toSpliced(at, 1)
    case 'double':
      return lines.toSpliced(at, 0, second)
    case 'swap':
      return lines.with(other % lines.length, text).with(at, second)
    case 'cut':
      return lines.with(at, text.slice(0, other))
    default:
      return lines.with(
        at,
        text.replace(/[\w"./-]+(?=[^\w]*$)/, () => rubbish),
      )
  }
}
