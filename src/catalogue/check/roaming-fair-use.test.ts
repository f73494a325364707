/** The fair-use rule for open data bundles, against the example of the regulation's guidance. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkCatalogue } from '../load-catalogue.ts'
import { fairUseBytes } from './roaming-fair-use.ts'

const GB = 1024 ** 3

test.each`
  fee        | cap       | gigabytes
  ${'20.00'} | ${'1.10'} | ${36.3636363636}
  ${'20.00'} | ${'1.00'} | ${40}
  ${'0.00'}  | ${'1.00'} | ${0}
`('$fee a month at $cap per GB is $gigabytes GB', ({ fee, cap, gigabytes }) => {
  expect(fairUseBytes(fee, cap) / GB).toBeCloseTo(gigabytes, 6)
})

test('the amount is rounded up to the byte', () => {
  expect(fairUseBytes('20.00', '1.10')).toBe(Math.ceil((40 * GB) / 1.1))
})

test('an open bundle with too little roaming, or too dear above it, is warned of', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-fair-use-'))
  try {
    cpSync('fixtures/catalogue', folder, { recursive: true })
    replace(join(folder, 'allowances.yaml'), 'amount: 80 GB', 'amount: 30 GB')
    replace(join(folder, 'rates.yaml'), '"1.00/GB"', '"1.20/GB"')
    const { problems } = await checkCatalogue(folder)
    expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: mobile-open: roaming-eu-data above fair use costs 1.20 per 1 GB, ' +
        'more than the cap of 1.00 per GB',
      'warning: mobile-open: roaming-eu-data has 30 GB in an open bundle of 39.50; ' +
        'from 2027 fair use begins at 79 GB',
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function replace(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(before)
  writeFileSync(file, text.replace(before, after))
}
