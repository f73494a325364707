/** Price decks through the door: a folder is checked, with its mistakes, its dates and its cache. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkCatalogue, loadCatalogue } from '../load-catalogue.ts'
import { formatProblems } from '../read/format-problems.ts'
import { deckRows } from '../decks/price-deck.ts'

const BASE = readFileSync('fixtures/decks/base.yaml', 'utf8')
const RATE = 'rates: { call: { for: voice, deck: az, by: 60/1 } }\n'
const PLAN =
  'plans: { plan: { product: mobile, names: { nl: p, fr: p, de: p, en: p }, rates: { call: call } } }\n'
let folder = ''
let cacheFolder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-decks-'))
  cacheFolder = join(mkdtempSync(join(tmpdir(), 'tik-cache-')), 'cache')
  write('base.yaml', BASE)
  write('plan.yaml', PLAN)
  write('rates.yaml', RATE)
})

afterEach(() => {
  rmSync(folder, { recursive: true })
  rmSync(join(cacheFolder, '..'), { recursive: true })
})

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text)
}

async function answers(): Promise<string> {
  const { problems } = await checkCatalogue(folder, { cacheFolder })
  // The call types of the golden tables and their plan say nothing of who is called.
  const ofOthers = ['base.yaml', 'plan.yaml']
  return formatProblems(problems.filter(({ file }) => !ofOthers.includes(file)))
}

describe('what is wrong is named with its line', () => {
  test.each`
    csv                                                              | answer                                                                                                                                                                                                                                      | rule
    ${'code,price\n0044,1\n'}                                        | ${'az.prices.csv:2: error: the code 0044 begins with 00, which no number does: write it without, 44'}                                                                                                                                       | ${'a code with 00'}
    ${'code,price\n+44,1\n'}                                         | ${'az.prices.csv:2: error: the code "+44" is not 1 to 15 digits without + or 00'}                                                                                                                                                           | ${'a code with +'}
    ${'code,price\n3.24E+09,1\n'}                                    | ${'az.prices.csv:2: error: the code "3.24E+09" is not 1 to 15 digits: a spreadsheet wrote a long number this way, and its last digits are lost: make the column text and export it again'}                                                  | ${'a code that a spreadsheet destroyed'}
    ${'code,price\n44,0,15\n'}                                       | ${'az.prices.csv:2: error: the row has 3 cells, the header 2'}                                                                                                                                                                              | ${'a decimal comma'}
    ${'code,price\n44,"0,15"\n'}                                     | ${'az.prices.csv:2: error: price "0,15" is no price: write a decimal of at most nine digits and six decimals, such as 0.0125'}                                                                                                              | ${'a decimal comma in quotes'}
    ${'code,price\n44,0.0000001\n'}                                  | ${'az.prices.csv:2: error: price "0.0000001" is no price: write a decimal of at most nine digits and six decimals, such as 0.0125'}                                                                                                         | ${'more decimals than are exact'}
    ${'code,price,first\n44,1,0\n'}                                  | ${'az.prices.csv:2: error: first: an increment of 0 never ends'}                                                                                                                                                                            | ${'an increment of 0'}
    ${'code,price,from\n44,1,2026-02-30\n'}                          | ${'az.prices.csv:2: error: from "2026-02-30" is no date such as 2026-11-01'}                                                                                                                                                                | ${'a date that does not exist'}
    ${'code,price,from,until\n44,1,2026-03-01,2026-03-01\n'}         | ${'az.prices.csv:2: error: until 2026-03-01 is not after from 2026-03-01: it is never valid'}                                                                                                                                               | ${'a row that is never valid'}
    ${'code,price,cover\n44,1,all\n'}                                | ${'az.prices.csv:2: error: cover "all" is neither all-below nor ended'}                                                                                                                                                                     | ${'a cover that is none'}
    ${'code,price,minimum,maximum\n44,1,2,1\n'}                      | ${'az.prices.csv:2: error: the minimum 2 is above the maximum 1'}                                                                                                                                                                           | ${'bounds the wrong way round'}
    ${'code,price,from,until\n44,1,,2026-06-01\n44,2,2026-05-01,\n'} | ${'az.prices.csv:3: error: the code 44 overlaps in time with az.prices.csv:2: end that row where this one begins'}                                                                                                                          | ${'rows of one code that overlap'}
    ${'code,price\n44,1\n4477,1\n44,2\n'}                            | ${'az.prices.csv:4: error: the code 44 is already in az.prices.csv:2 from the same date'}                                                                                                                                                   | ${'a code twice'}
    ${'code,price\n447409-447400,1\n'}                               | ${'az.prices.csv:2: error: the range 447409-447400 goes from a code up to one of the same length'}                                                                                                                                          | ${'a range the wrong way round'}
    ${'code,price,colour\n44,1,red\n'}                               | ${'az.prices.csv:1: error: "colour" is no column of a price deck; they are code, destination, price, fee, first, next, minimum, maximum, free, cover, party, from, until, price@BAND'}                                                      | ${'a column that is none'}
    ${'code,rate\n44,1\n'}                                           | ${'az.prices.csv:1: error: "rate" is no column of a price deck; they are code, destination, price, fee, first, next, minimum, maximum, free, cover, party, from, until, price@BAND\naz.prices.csv:1: error: the column "price" is missing'} | ${'no price'}
    ${'code,price\n44,\n'}                                           | ${'rates.yaml:1: error: call: the code 44 in az.prices.csv:2 has no price, and the rate has none for it'}                                                                                                                                   | ${'a price that nobody says'}
    ${'code,price,free\n44,1,20\n'}                                  | ${'rates.yaml:1: error: call: the code 44 in az.prices.csv:2 has free seconds, which are of information tariffs only'}                                                                                                                      | ${'free seconds of the traffic'}
    ${'code,price\n44,1\n\n,,\n'}                                    | ${''}                                                                                                                                                                                                                                       | ${'blank rows are none'}
    ${'\uFEFFcode,price\r\n44,1\r\n'}                                | ${''}                                                                                                                                                                                                                                       | ${'the ends of lines and the mark of a spreadsheet'}
  `('$rule', async ({ csv, answer }) => {
    write('az.prices.csv', csv)
    expect(await answers()).toBe(answer)
  })

  test('what follows a mistake is read all the same', async () => {
    write('az.prices.csv', 'code,price\n44,x\n45,0.10\n46,y\n')
    expect((await answers()).split('\n').map((line) => line.split(':')[1])).toEqual(['2', '4'])
  })

  test('a deck that is not there, lies over itself, or is of costs', async () => {
    write('az.prices.csv', 'code,price\n44,1\n')
    write('own.prices.csv', 'code,price\n44,1\n')
    write('decks.yaml', 'priceDecks:\n  az: { over: own }\n  own: { over: az }\n  gone: {}\n')
    expect(await answers()).toBe(
      'decks.yaml:3: error: own: lies over itself, az over own over az\n' +
        'decks.yaml:4: error: gone: there is no file gone.prices.csv',
    )
    write('decks.yaml', 'priceDecks:\n  az: { purpose: cost, currency: USD }\n')
    const { problems } = await checkCatalogue(folder)
    expect(formatProblems(problems)).toBe(
      'plan.yaml:1: error: plan: the rate "call" is by a deck of costs: what a supplier charges, not customers',
    )
  })

  test('a file whose name is no deck', async () => {
    write('az.prices.csv', 'code,price\n44,1\n')
    write('A Z.prices.csv', 'code,price\n44,1\n')
    expect(await answers()).toContain('"A Z" is no id of a deck')
  })
})

describe('probable oversights', () => {
  test('information tariffs above the Belgian maxima, which hold with VAT', async () => {
    write(
      'premium.prices.csv',
      'code,price,fee\nBE:070,0.25,\nBE:0900123,0.41,\nBE:0900124,0.42,\nBE:0905,,1.66\nBE:0909,5,\nNL:0900,9,\n',
    )
    const rate =
      'call: { for: voice, steps: [{ price: "0.02/min", by: 1 s }], information: { deck: premium } }'
    write('rates.yaml', `rates: { ${rate} }\n`)
    expect(await answers()).toBe(
      'premium.prices.csv:2: warning: 3270 costs 0.3025 a minute with VAT; the legal maximum of 3270 is 0.30\n' +
        'premium.prices.csv:4: warning: 32900124 costs 0.5082 a minute with VAT; the legal maximum of 32900 is 0.50\n' +
        'premium.prices.csv:5: warning: 32905 costs 2.0086 a call with VAT; the legal maximum of 32905 is 2.00',
    )
  })

  test('a deck that no rate uses, and a price in a band that no rate has', async () => {
    write('az.prices.csv', 'code,price,price@night\n44,0.02,0.01\n')
    write('other.prices.csv', 'code,price\n44,0.02\n')
    write('paid.prices.csv', 'code,price\n44,0.01\n')
    write('decks.yaml', 'priceDecks: { paid: { purpose: cost } }\n')
    expect(await answers()).toBe(
      'az.prices.csv:1: warning: az: no rate by this deck has a band "night", so price@night never holds\n' +
        'other.prices.csv:1: warning: other: no rate uses this deck',
    )
  })
})

test('of several files the later date wins, and check says so once for all its rows', async () => {
  write('az.prices.csv', 'code,price,until\n44,0.02,2027-01-01\n45,0.03,2027-01-01\n46,0.04,\n')
  write(
    'az.new.prices.csv',
    'code,price,from\n44,0.01,2026-06-01\n45,0.01,2026-06-01\n46,0.01,2026-06-01\n',
  )
  expect(await answers()).toBe(
    'az.prices.csv:2: warning: the code 44 overlaps in time with az.new.prices.csv:2, whose later ' +
      '"from" wins, and so 1 more of its codes',
  )
  const catalogue = await loadCatalogue(folder)
  const rows = [...deckRows(catalogue.priceDecks.get('az')!)]
  expect(
    rows.map(({ code, terms, file, line }) => `${code} ${terms.price} ${file}:${line}`),
  ).toEqual([
    '44 0.02 az.prices.csv:2',
    '44 0.01 az.new.prices.csv:2',
    '45 0.03 az.prices.csv:3',
    '45 0.01 az.new.prices.csv:3',
    '46 0.04 az.prices.csv:4',
    '46 0.01 az.new.prices.csv:4',
  ])
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1]
    if (next?.code === row.code) expect(row.toMs).toBe(next.fromMs)
  }
})

async function content(): Promise<unknown> {
  const { catalogue, problems } = await checkCatalogue(folder, { cacheFolder })
  const deck = catalogue?.priceDecks.get('az')
  return { rows: deck === undefined ? [] : [...deckRows(deck)], problems, hash: catalogue?.hash }
}

function kept(): string {
  const [name = ''] = readdirSync(cacheFolder)
  return join(cacheFolder, name)
}

describe('the compiled form', () => {
  const CSV = 'code,destination,price,until\n44,United Kingdom,0.02,2027-01-01\n447,Mobile,0.15,\n'
  const LATER = 'code,price,from\n44,0.01,2026-06-01\n'

  beforeEach(() => {
    write('az.prices.csv', CSV)
    write('az.later.prices.csv', LATER)
  })

  test('is the same as what it was made from, with its warnings', async () => {
    const first = await content()
    const bytes = readFileSync(kept())
    expect(await content()).toEqual(first)
    expect(readdirSync(cacheFolder)).toHaveLength(1)
    expect(readFileSync(kept())).toEqual(bytes)
    expect(first).toMatchObject({ rows: [{ code: '44' }, { code: '44' }, { code: '447' }] })
  })

  test('is what is read: a change in it that fits its checksum would be seen', async () => {
    await content()
    const other = mkdtempSync(join(tmpdir(), 'tik-other-'))
    writeFileSync(join(other, 'base.yaml'), BASE + RATE + PLAN)
    writeFileSync(join(other, 'az.prices.csv'), 'code,price\n49,0.04\n')
    const otherCache = join(other, 'cache')
    await checkCatalogue(other, { cacheFolder: otherCache })
    const [name = ''] = readdirSync(otherCache)
    // The compiled form of another deck under this one's name is foreign: its key says so.
    writeFileSync(kept(), readFileSync(join(otherCache, name)))
    expect(await content()).toMatchObject({
      rows: [{ code: '44' }, { code: '44' }, { code: '447' }],
    })
    rmSync(other, { recursive: true })
  })

  test.each([
    ['a byte of it is changed', (bytes: Buffer) => bytes.fill(bytes[40]! ^ 1, 40, 41)],
    ['its end is missing', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is something else', () => Buffer.from('code,price\n44,9\n')],
  ])('is made anew where %s', async (_what, damage) => {
    const first = await content()
    const whole = readFileSync(kept())
    writeFileSync(kept(), damage(Buffer.from(whole)))
    expect(await content()).toEqual(first)
    expect(readFileSync(kept())).toEqual(whole)
  })

  test('belongs to the content: another row is another form', async () => {
    await content()
    write('az.later.prices.csv', LATER.replace('0.01', '0.03'))
    expect(JSON.stringify(await content())).toContain('"0.03"')
    expect(readdirSync(cacheFolder)).toHaveLength(2)
  })

  test('is not needed: a folder that cannot be written changes nothing', async () => {
    const first = await content()
    writeFileSync(join(folder, 'file'), '')
    cacheFolder = join(folder, 'file', 'cache')
    expect(await content()).toEqual(first)
    cacheFolder = join(mkdtempSync(join(tmpdir(), 'tik-cache-')), 'cache')
  })

  test('of a deck with errors is not kept', async () => {
    write('az.prices.csv', 'code,price\n44,x\n')
    await content()
    expect(() => readdirSync(cacheFolder)).toThrow('ENOENT')
  })
})

test('a catalogue without decks keeps the hash that it had', async () => {
  const { hash } = await loadCatalogue('fixtures/catalogue-mistakes/base')
  expect(hash.slice(0, 16)).toBe('4ddfc388f2604395')
})
