/**
 * From a price list to the margin, by the words that people type: numbers are priced by decks, rows say what usage cost
 * us, operations see it, and nothing that a customer gets says it.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'

const CATALOGUE = {
  'base.yaml': readFileSync('fixtures/decks/base.yaml', 'utf8'),
  'rates.yaml': `
rates:
  call: { for: voice, deck: az, by: 60/60 }
  premium:
    for: voice
    steps: [{ price: "0.02/min", by: 1 s }]
    information: { deck: nl-0900 }
  content: { for: event, record: { percent: "15" } }
  carrier-voice: { for: voice, deck: carrier, by: 1/1 }
  carrier-content: { for: event, record: {} }
priceDecks:
  carrier: { purpose: cost }
suppliers:
  carrier: { voice: carrier-voice, event: carrier-content }
plans:
  plan:
    product: mobile
    names: { nl: p, fr: p, de: p, en: p }
    rates: { call: call, premium: premium, content: content }
destinationZones: { world: { names: { nl: w, fr: w, de: w, en: w } } }
specialNumbers: { NL: [{ digits: "0900", destination: nl-0900, class: premium }] }
`,
  'countries.csv': 'country,alpha3,name,mcc\nNL,NLD,Netherlands,204\nGB,GBR,United Kingdom,234\n',
  'deck.csv':
    'prefix,destination,name,country,class,zone\n31,nl,Netherlands,NL,fixed,world\n44,gb,United Kingdom,GB,fixed,world\n',
  'az.prices.csv':
    'code,destination,price\n44,United Kingdom,0.10\n447,United Kingdom Mobile,0.15\n',
  'nl-0900.prices.csv': 'code,price,fee,maximum\nNL:09001515,0,0.45,\nNL:09008844,0.80,0.10,10\n',
  'carrier.prices.csv': 'code,price\n44,0.012\n447,0.20\n31900,0.90\n',
}

const USAGE = [
  { id: 'gb', receiver: '+442071234567', durationSeconds: 61 },
  { id: 'mobile', receiver: '+447500123456', durationSeconds: 60 },
  { id: 'police', receiver: '09008844', durationSeconds: 90 },
  { id: 'weather', receiver: '09001515', durationSeconds: 3 },
  { id: 'unlisted', receiver: '09001234', durationSeconds: 30 },
  { id: 'game', kind: 'event', receiver: '+31201234567', amount: '2.00', currency: 'EUR' },
  { id: 'unsaid', kind: 'event', receiver: '+31201234567' },
].map((each) => ({
  kind: 'voice',
  direction: 'out',
  sender: '+31612345678',
  start: '2026-10-05T10:00:00Z',
  ...each,
}))

let tik: CommandLine
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tik-price-lists-'))
  await copyTestOperations(join(folder, 'operations'))
  const catalogue = join(folder, 'catalogue')
  mkdirSync(catalogue)
  for (const [name, text] of Object.entries(CATALOGUE)) writeFileSync(join(catalogue, name), text)
  const [, , line] = SMALL_COMPANY.subscriptions
  const document = { ...SMALL_COMPANY, subscriptions: [{ ...line, plans: ['plan'] }] }
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(document))
  writeFileSync(
    join(folder, 'sources.yaml'),
    'sources: [{ sourceId: carrier, format: usage, product: mobile, supplier: carrier }]\n',
  )
  const file = join(folder, 'usage.jsonl')
  writeFileSync(file, USAGE.map((each) => `${JSON.stringify(each)}\n`).join(''))
  tik = createCommandLine(folder)
  expect(await say('accounts', 'import', join(folder, 'accounts.json'))).toMatch(/^0 /)
  // Two records wait in suspense: exit status 1.
  expect(await say('ingest', '--source', 'carrier', file)).toMatch(/^1 /)
}, 120_000)

async function say(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await tik.here(words)
  return `${status} ${stderr}${stdout}`
}

test('the decks of a catalogue are counted by its check', async () => {
  expect(await say('catalogue', 'check')).toContain('price deck az: 2 codes, 2 rows, az.prices.csv')
})

test('a row tells by which code it was priced, with file and line', async () => {
  const explained = await say('explain', 'files/1/1')
  expect(explained).toContain(
    '+447500123456 is code 447 (United Kingdom Mobile) of deck az: az.prices.csv:3',
  )
  expect(explained).not.toMatch(/carrier\.prices|cost/)
})

test('what has no row, or no amount, waits with its reason', async () => {
  const rejects = await say('rejects', 'list')
  expect(rejects).toContain('files/1/4  +319001234 has no price in nl-0900')
  expect(rejects).toContain('files/1/6  the record has no amount')
})

test('operations see the margin, by what they ask', async () => {
  // gb: 0.20 − 0.0122; mobile: 0.15 − 0.20; police: 0.03 + 1.30 − 1.35; weather: 0.001 + 0.45 − 0.045; game: 2.30 − 2.
  const byCallType = await say('finance', 'margin', '2026-10')
  expect(byCallType).toMatch(/mobile call +2 +2 +0\.35 +0\.2122 +0\.1378\n/)
  expect(byCallType).toMatch(/mobile premium +2 +2 +1\.781 +1\.395 +0\.386\n/)
  expect(byCallType).toMatch(/mobile content +1 +1 +2\.30 +2\.00 +0\.30\n/)
  expect(byCallType).toMatch(/total +5 +5 +4\.431 +3\.6072 +0\.8238/)
  expect(await say('finance', 'margin', '2026-10', '--by', 'supplier')).toMatch(/carrier +5 +5 /)
  expect(await say('finance', 'margin', 'October')).toMatch(/^2 .*no month/)
})

test('the check before billing names what was sold below cost', async () => {
  expect(await say('bill', 'check', '--period', '2026-10')).toMatch(
    /call: 1 usage of account A1 charged 0\.15 euros and cost 0\.20 euros \(sold_below_cost\)/,
  )
})

test('nothing that a customer gets says what it cost us', async () => {
  const shown = [
    await say('totals', '--account', 'A1', '--period', '2026-10'),
    await say('details', '--account', 'A1', '--period', '2026-10'),
    await say('details', '--account', 'A1', '--period', '2026-10', '--csv'),
  ].join('\n')
  expect(shown).toContain('2.30')
  for (const secret of ['cost', 'carrier', '0.0122', '1.395', '2.00 eur']) {
    expect(shown.toLowerCase()).not.toContain(secret)
  }
})

function sources(supplier: string): string {
  return `sources:
  - { sourceId: carrier, format: usage, product: mobile, supplier: carrier }
  - { sourceId: other, format: usage, product: mobile${supplier} }
`
}

test('what usage cost is found later, once, and charges stay as they are', async () => {
  const catalogue = join(folder, 'catalogue')
  writeFileSync(
    join(catalogue, 'carrier.prices.csv'),
    'code,price\n44,0.02\n447,0.20\n31900,0.90\n',
  )
  const file = join(folder, 'other.jsonl')
  const [first] = USAGE
  writeFileSync(file, `${JSON.stringify({ ...first, id: 'other' })}\n`)
  writeFileSync(join(folder, 'sources.yaml'), sources(''))
  expect(await say('ingest', '--source', 'other', file)).toMatch(/^0 /)
  expect(await say('finance', 'margin', '2026-10')).toContain(
    'Cost not known: usages 1, charged 0.20',
  )
  writeFileSync(join(folder, 'sources.yaml'), sources(', supplier: carrier'))
  const charged = await say('totals', '--account', 'A1', '--period', '2026-10')
  // 61 seconds at 0.02 are 0.020333 rounded to four decimals, 0.0203: new for one, 0.0081 more for the other.
  expect(await say('cost', '--period', '2026-10')).toMatch(
    /^0 Nothing was changed[^]*A1 +1 +1 +0\.0284\n/,
  )
  expect(await say('finance', 'margin', '2026-10')).toMatch(/mobile call +3 +2 /)
  expect(await say('cost', '--period', '2026-10', '--confirm')).toMatch(/A1 +1 +1 +0\.0284\n/)
  expect(await say('cost', '--period', '2026-10', '--confirm')).toContain('Nothing differs.')
  expect(await say('finance', 'margin', '2026-10')).toMatch(
    /mobile call +3 +3 +0\.55 +0\.2406 +0\.3094\n/,
  )
  expect(await say('finance', 'margin', '2026-10', '--by', 'supplier')).toMatch(/carrier +6 +6 /)
  expect(await say('totals', '--account', 'A1', '--period', '2026-10')).toBe(charged)
})
