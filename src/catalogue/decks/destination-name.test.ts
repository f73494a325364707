import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadCatalogue } from '../load-catalogue.ts'
import { destinationNamer } from './destination-name.ts'

const RATES = `
rates:
  call: { for: voice, deck: ours, by: 60/60 }
  premium:
    for: voice
    steps: [{ price: "0.02/min", by: 1 s }]
    information: { deck: nl-0900 }
priceDecks:
  ours: { over: az }
  az: { names: { Germany: { nl: Duitsland, fr: Allemagne, de: Deutschland, en: Germany } } }
plans:
  plan: { product: mobile, names: { nl: p, fr: p, de: p, en: p }, rates: { call: call, premium: premium } }
`

async function namerOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'tik-names-'))
  try {
    writeFileSync(join(folder, 'base.yaml'), readFileSync('fixtures/decks/base.yaml'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return destinationNamer(await loadCatalogue(folder))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a destination is called what its row says, in the language where that is known', async () => {
  const nameOf = await namerOf({
    'rates.yaml': RATES,
    'az.prices.csv': 'code,destination,price\n49,Germany,0.03\n44,United Kingdom,0.02\n33,,0.02\n',
    'ours.prices.csv': 'code,destination,price\n4930,Berlin,0.01\n',
    'nl-0900.prices.csv': 'code,destination,price\nNL:09001515,Weather,0.5\nNL:0900,,0.8\n',
  })
  const named = (receiver: string, rateId = 'call') => {
    const usage = {
      rateId,
      direction: 'out',
      sender: '+31612345678',
      receiver,
      startMs: 0,
    } as const
    return nameOf?.(usage, 'NL', 'nl')
  }
  expect(named('+49891234567')).toBe('Duitsland')
  expect(named('+49301234567')).toBe('Berlin')
  expect(named('+442071234567')).toBe('United Kingdom')
  expect([named('+33123456789'), named('+15551234567'), named('+49891234567', 'gone')]).toEqual([
    '',
    '',
    '',
  ])
  expect([named('09001515', 'premium'), named('09001516', 'premium')]).toEqual(['Weather', ''])
})

test('a catalogue whose prices have no destinations has nothing to say', async () => {
  expect(destinationNamer(await loadCatalogue('fixtures/catalogue'))).toBeUndefined()
  const files = {
    'rates.yaml': RATES,
    'az.prices.csv': 'code,price\n49,0.03\n',
    'ours.prices.csv': 'code,price\n4930,0.01\n',
    'nl-0900.prices.csv': 'code,price\nNL:0900,0.8\n',
  }
  expect(await namerOf(files)).toBeUndefined()
})
