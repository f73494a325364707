/** `tik catalogue diff`: every difference that changes a price is named, and nothing else. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

test('decks are compared by code and destination, and a rate names its deck and not its rows', async () => {
  const decks = join(folder, 'decks')
  const again = join(folder, 'again')
  for (const place of [decks, again]) {
    mkdirSync(place)
    cpSync('fixtures/decks/base.yaml', join(place, 'base.yaml'))
    writeFileSync(
      join(place, 'rates.yaml'),
      `
rates:
  call: { for: voice, deck: az, by: ${place === decks ? '60/60' : '60/1'} }
priceDecks: { carrier: { purpose: cost } }
plans:
  plan: { product: mobile, names: { nl: p, fr: p, de: p, en: p }, rates: { call: call } }
destinationZones: { world: { names: { nl: w, fr: w, de: w, en: w } } }
`,
    )
    writeFileSync(
      join(place, 'countries.csv'),
      'country,alpha3,name,mcc\nGB,GBR,United Kingdom,234\n',
    )
    writeFileSync(
      join(place, 'deck.csv'),
      'prefix,destination,name,country,class,zone\n44,gb,United Kingdom,GB,fixed,world\n',
    )
    writeFileSync(join(place, 'carrier.prices.csv'), 'code,price\n44,0.015\n4479,0.30\n')
  }
  writeFileSync(
    join(decks, 'az.prices.csv'),
    'code,destination,price\n44,UK,0.02\n447,UK mobile,0.15\n',
  )
  writeFileSync(
    join(again, 'az.prices.csv'),
    'code,destination,price\n44,UK,0.02\n447,UK mobile,0.18\n',
  )
  const { stdout } = await tik.here(['catalogue', 'diff', decks, again])
  expect(stdout).toContain('rates: call changed\n')
  expect(stdout).toMatch(/\.nextIncrement: 60 → 1\n/)
  expect(stdout).toContain('deck az: 1 dearer, 0 cheaper, 0 added, 0 ended, 0 changed otherwise\n')
  expect(stdout).toMatch(/dearer +always +UK mobile +1 +0\.15 +0\.18 +\+20%/)
  expect(stdout.split('\n').length).toBeLessThan(12)

  // A list that sells below what the supplier charges is told, before it is taken in, and the other way round.
  writeFileSync(
    join(folder, 'list.csv'),
    'code,destination,price\n44,UK,0.01\n447,UK mobile,0.15\n',
  )
  const from = ['--from', '2026-11-01', '--full', '--dry-run', '--catalogue', decks]
  const told = await tik.here([
    'catalogue',
    'deck',
    'import',
    join(folder, 'list.csv'),
    '--deck',
    'az',
    ...from,
  ])
  expect(told.stdout).toContain(
    'prices below cost: 2\n  44 UK: 0.01, and 0.015 is the cost (carrier)\n' +
      '  4479 UK mobile: 0.15, and 0.3 is the cost (carrier)\n',
  )
  const costs = await tik.here([
    'catalogue',
    'deck',
    'import',
    join(folder, 'list.csv'),
    '--deck',
    'carrier',
    ...from,
  ])
  expect(costs.stdout).not.toContain('prices below cost')
})
