/** Price lists as suppliers send them, each with traits of its own, through `tik catalogue deck import`. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { createCommandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-deck-import-'))
const catalogue = join(folder, 'catalogue')
const tik = createCommandLine(folder)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach(() => {
  rmSync(catalogue, { recursive: true, force: true })
  rmSync(join(folder, 'suppliers'), { recursive: true, force: true })
  cpSync('fixtures/catalogue', catalogue, { recursive: true })
  mkdirSync(join(folder, 'suppliers'))
})

const deckFile = () => join(catalogue, 'az.prices.csv')
const deck = () => readFileSync(deckFile(), 'utf8').trim().split('\n').slice(1)

/** The list of a supplier that writes as the mapping says. */
function list(content: string | Buffer, mapping = '', name = 'list.csv'): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  if (mapping !== '') writeFileSync(join(folder, 'suppliers', 'az.yaml'), mapping)
  return file
}

function imported(file: string, ...more: readonly string[]) {
  return tik.here([
    'catalogue',
    'deck',
    'import',
    file,
    '--deck',
    'az',
    '--from',
    '2026-11-01',
    ...more,
  ])
}

interface Supplier {
  readonly name: string
  readonly mapping: string
  readonly content: string | Buffer
  readonly rows: readonly string[]
}

const SUPPLIERS: readonly Supplier[] = [
  {
    name: 'in the form of decks, without a mapping',
    mapping: '',
    content:
      'code,destination,price,first,next\n44,United Kingdom,0.02,60,1\n447,"UK, mobile",0.15,60,1\n',
    rows: [
      '44,United Kingdom,0.02,,60,1,,,2026-11-01,',
      '447,"UK, mobile",0.15,,60,1,,,2026-11-01,',
    ],
  },
  {
    name: 'Windows-1252, semicolons, decimal commas, text around the table, blank rows',
    mapping:
      'per: minute\ndecimalMark: ","\ncolumns: { code: Indicatif, destination: Pays, price: "Prix (€/min)" }\n',
    content: Buffer.from(
      'Télécom Inventé SA\r\nTarif valable dès le 1er novembre 2026;;\r\n\r\n' +
        'Pays;Indicatif;Prix (\x80/min)\r\nRéunion;262;0,0815\r\n;;\r\n\r\nSénégal;221;0,31 \x80\r\n' +
        'EUROPE;;\r\nFrance;33;0,009\r\nTous les prix hors TVA;;\r\n',
      'latin1',
    ),
    rows: [
      '221,Sénégal,0.31,,,,,,2026-11-01,',
      '262,Réunion,0.0815,,,,,,2026-11-01,',
      '33,France,0.009,,,,,,2026-11-01,',
    ],
  },
  {
    name: 'UTF-16 with tabs, as spreadsheets save Unicode text',
    mapping: 'per: minute\ncolumns: { code: Code, destination: Name, price: Rate }\n',
    content: Buffer.concat([
      Buffer.of(0xff, 0xfe),
      Buffer.from('Name\tCode\tRate\r\nCôte d’Ivoire\t22507\t0.32\r\n', 'utf16le'),
    ]),
    rows: ['22507,Côte d’Ivoire,0.32,,,,,,2026-11-01,'],
  },
  {
    name: 'country and area in two columns, several areas in a cell',
    mapping:
      'per: minute\ncolumns: { code: [Country, Areas], destination: Name, price: Rate, increments: Billing }\n',
    content:
      'Country,Areas,Name,Rate,Billing\n44,,UK,0.02,60/1\n0044,"7400, 7401; 7410-7411",UK mobile,0.15,1/1\n+39,06,Rome,0.01,30/6\n',
    rows: [
      '3906,Rome,0.01,,30,6,,,2026-11-01,',
      '44,UK,0.02,,60,1,,,2026-11-01,',
      '447400,UK mobile,0.15,,1,1,,,2026-11-01,',
      '447401,UK mobile,0.15,,1,1,,,2026-11-01,',
      '447410,UK mobile,0.15,,1,1,,,2026-11-01,',
      '447411,UK mobile,0.15,,1,1,,,2026-11-01,',
    ],
  },
  {
    name: 'codes with + and 00, lists and ranges in one column',
    mapping: 'per: minute\ncolumns: { code: Dial, price: Rate }\n',
    content:
      'Dial;Rate\n+44;0.02\n0049;0.01\n44 7400, 7401;0.15\n447500-447501;0.16\n31201230000-31201239999;0.03\n',
    rows: [
      '3120123,,0.03,,,,,,2026-11-01,',
      '44,,0.02,,,,,,2026-11-01,',
      '447400,,0.15,,,,,,2026-11-01,',
      '447401,,0.15,,,,,,2026-11-01,',
      '447500,,0.16,,,,,,2026-11-01,',
      '447501,,0.16,,,,,,2026-11-01,',
      '49,,0.01,,,,,,2026-11-01,',
    ],
  },
  {
    name: 'no titles, bars, lines that end in CR alone',
    mapping:
      'per: minute\nheader: none\ndelimiter: "|"\ncolumns: { code: 2, destination: 1, price: 4 }\n',
    content: 'Germany|49|x|0.01\rGermany mobile|4915|x|0.03\r',
    rows: ['49,Germany,0.01,,,,,,2026-11-01,', '4915,Germany mobile,0.03,,,,,,2026-11-01,'],
  },
  {
    name: 'by the second, increments in two columns, a fee and a minimum',
    mapping: 'per: second\ncolumns: { code: A, price: B, first: C, next: D, fee: E, minimum: F }\n',
    content: 'A,B,C,D,E,F\n8816,0.075,6,6,0.05,0.10\n870,0.1,,1,,\n',
    rows: ['870,,6,,,1,,,2026-11-01,', '8816,,4.5,0.05,6,6,0.1,,2026-11-01,'],
  },
  {
    name: 'dollars at dated rates; American dates, past and future',
    mapping:
      'per: minute\ncurrency: USD\ndates: [M/D/YYYY]\nexchange: [{ from: 2026-01-01, rate: "0.90" }, { from: 2026-12-01, rate: "0.95" }]\n' +
      'columns: { code: Code, price: Rate, from: Effective, until: Ends }\n',
    content:
      'Code,Rate,Effective,Ends\n44,$0.10,1/1/2020,\n44,$0.11,12/24/2026,\n49,0.20,11/1/2026,1/1/2027\n50,1,1/1/2020,12/31/2025\n',
    rows: [
      '44,,0.09,,,,,,2026-11-01,2026-12-24',
      '44,,0.1045,,,,,,2026-12-24,',
      '49,,0.18,,,,,,2026-11-01,2027-01-01',
    ],
  },
  {
    name: 'states: new, up, down, deleted, blocked',
    mapping:
      'per: minute\ncolumns: { code: Code, price: Rate, state: Status }\nstates: { deleted: [weg] }\n',
    content:
      'Code,Rate,Status\n44,0.02,New\n45,0.03,increase\n46,0.01,DOWN\n47,,Deleted\n48,0.01,weg\n49,,blocked\n',
    rows: ['44,,0.02,,,,,,2026-11-01,', '45,,0.03,,,,,,2026-11-01,', '46,,0.01,,,,,,2026-11-01,'],
  },
  {
    name: 'names of months, titles over two lines and again on each page, cells over two lines',
    mapping:
      'per: minute\nheader: 2\ndates: [D MMM YYYY]\ncolumns: { code: 1, destination: 2, price: 3, from: 4 }\n',
    content:
      'Page 1,,,\nCode,Name,Rate per min,Valid from\n44,"United\nKingdom",0.02,1 dec. 2026\nCode,Name,Rate per min,Valid from\n45,Denmark,0.01,15 november 2026\n',
    rows: ['44,United Kingdom,0.02,,,,,,2026-12-01,', '45,Denmark,0.01,,,,,,2026-11-15,'],
  },
  {
    name: 'prices by time of day',
    mapping:
      'per: minute\ncolumns: { code: Code, price: Standard, bands: { peak: Day, off-peak: Night } }\n',
    content: 'Code,Standard,Day,Night\n44,0.02,0.03,0.01\n45,0.02,,\n',
    rows: ['44,,0.02,,,,,,2026-11-01,,0.01,0.03', '45,,0.02,,,,,,2026-11-01,,,'],
  },
]

describe('lists as suppliers write them', () => {
  test.each(SUPPLIERS)('$name', async ({ mapping, content, rows }) => {
    const { status, stdout } = await imported(list(content, mapping), '--full')
    expect(stdout).toContain(' 0 rows that cannot be used')
    expect(status).toBe(0)
    expect(deck()).toEqual(rows)
    // Taken in once more it changes nothing.
    const again = await imported(list(content), '--full')
    expect(again.stdout).toContain('0 dearer, 0 cheaper, 0 added, 0 ended, 0 changed otherwise')
    expect(deck()).toEqual(rows)
  })

  test('the program itself takes one in and says what it changes', async () => {
    await imported(
      list('code,destination,price\n45,Denmark,0.02\n4520,Denmark mobile,0.15\n49,Germany,0.01\n'),
      '--full',
    )
    const next = list(
      'code,destination,price\n45,Denmark,0.02\n4520,Denmark mobile,0.45\n452099,Denmark mobile X,0.01\n',
      '',
      'next.csv',
    )
    const run = tik.process(
      'catalogue',
      'deck',
      'import',
      next,
      '--deck',
      'az',
      '--from',
      '2026-12-01',
      '--full',
      '--dry-run',
    )
    expect(run.status).toBe(0)
    expect(run.stdout.split('\n').slice(1)).toEqual([
      'prices that change by more than a factor of 2: 1',
      '  4520 Denmark mobile: 0.15 → 0.45 (+200%) from 2026-12-01',
      'prices below cost: 1',
      '  452099 Denmark mobile X: 0.01, and 0.012 is the cost (carrier)',
      'deck az from 2026-12-01 (full): 1 dearer, 0 cheaper, 1 added, 1 ended, 0 changed otherwise',
      'what    from        destination       codes  before  after  change',
      '──────  ──────────  ────────────────  ─────  ──────  ─────  ──────',
      'dearer  2026-12-01  Denmark mobile        1    0.15   0.45   +200%',
      'added   2026-12-01  Denmark mobile X      1    0.15   0.01  -93.3%',
      'ended   2026-12-01  Germany               1    0.01',
      'Dry run: nothing was written.',
      '',
    ])
    expect(deck()).toHaveLength(3)
  })

  test('changes touch only what they name, a full list ends what it does not have', async () => {
    await imported(list('code,price\n44,0.02\n49,0.01\n'), '--full')
    const changes = list('code,price\n44,0.03\n', '', 'changes.csv')
    await tik.here([
      'catalogue',
      'deck',
      'import',
      changes,
      '--deck',
      'az',
      '--from',
      '2026-11-15',
      '--changes',
    ])
    expect(deck()).toEqual([
      '44,,0.02,,,,,,2026-11-01,2026-11-15',
      '44,,0.03,,,,,,2026-11-15,',
      '49,,0.01,,,,,,2026-11-01,',
    ])
    await tik.here([
      'catalogue',
      'deck',
      'import',
      changes,
      '--deck',
      'az',
      '--from',
      '2026-12-01',
      '--full',
    ])
    expect(deck()).toEqual([
      '44,,0.02,,,,,,2026-11-01,2026-11-15',
      '44,,0.03,,,,,,2026-11-15,',
      '49,,0.01,,,,,,2026-11-01,2026-12-01',
    ])
  })

  test('what is deleted or blocked ends, and is told of though the deck did not have it', async () => {
    const mapping = 'per: minute\ncolumns: { code: Code, price: Rate, state: Status }\n'
    const { stdout } = await imported(
      list('Code,Rate,Status\n44,0.02,new\n47,,Deleted\n49,0.01,blocked\n', mapping),
      '--changes',
    )
    expect(stdout).toContain('prices them if there is one: 1\n  49 (line 4)\n')
    expect(deck()).toEqual([
      '44,,0.02,,,,,,2026-11-01,',
      '47,,,,,,,ended,2026-11-01,',
      '49,,,,,,,ended,2026-11-01,',
    ])
  })

  test('a slip that puts a code into another country is named', async () => {
    const codes = ['447', '441', '442', '443'].map((code) => `${code},United Kingdom,0.02`)
    const { stdout } = await imported(
      list(['code,destination,price', ...codes, '467,United Kingdom,0.02', ''].join('\n')),
      '--full',
    )
    expect(stdout).toContain('467 United Kingdom: in SE, the others in GB')
    // Guernsey and its neighbours are below 44, and have no code of their own.
    expect(stdout).toMatch(/441 United Kingdom: \w\w \(441\d+.*\) has no code of its own/)
  })
})

describe('rows that cannot be used', () => {
  const FAULTS: readonly (readonly [cells: string, reason: string])[] = [
    [
      '3.24E+09;Nowhere;0.01;60/1;;',
      'the code "3.24E+09" is what a spreadsheet left of a long number: its last digits are lost',
    ],
    [
      '4,47E+11;Nowhere;0.01;60/1;;',
      'the code "4,47E+11" is what a spreadsheet left of a long number: its last digits are lost',
    ],
    [
      '12-Jul;Nowhere;0.01;60/1;;',
      'the code "12-Jul" is a date that a spreadsheet made of something else',
    ],
    ['447400.0;Nowhere;0.01;60/1;;', 'the code "447400.0" has decimals, which a spreadsheet added'],
    ['396;Rome;0.01;60/1;;', 'the code 396 lost the 0 after 39, as spreadsheets do: it is 3906'],
    ['#REF!;Nowhere;0.01;60/1;;', "the code is the spreadsheet's error #REF!"],
    ['07400;UK;0.01;60/1;;', "the code 07400 begins with 0: the country's code is missing"],
    ['4474OO;UK;0.01;60/1;;', '"4474OO" is no code'],
    [';UK;0.01;60/1;;', 'it has no code'],
    ['9710;UAE;;60/1;;', 'it has no price'],
    [
      '9711;UAE;0,01;60/1;;',
      'the price "0,01" has a ",", and the mapping says that decimals follow "."',
    ],
    ['9712;UAE;-0.01;60/1;;', 'the price "-0.01" is below zero'],
    ['9713;UAE;on request;60/1;;', 'the price "on request" is no amount'],
    ['9714;UAE;$0.01;60/1;;', 'the price "$0.01" is in USD, not EUR'],
    [
      '9715;UAE;0.01;06-Jun;;',
      'the increments "06-Jun" is a date that a spreadsheet made of something else',
    ],
    ['9716;UAE;0.01;60/1;31/02/2027;', 'the date "31/02/2027" does not exist'],
    [
      '9717;UAE;0.01;60/1;46296;',
      '"46296" is how a spreadsheet counts days: make the column a date and export it again',
    ],
    ['9718;UAE;0.01;60/1;;maybe', 'the state "maybe" is none that is known'],
    [
      '9719;UAE;0.01;60/1;;;x',
      'it has 7 cells, the titles 6: the delimiter is in one of them without quotes',
    ],
    ['"9720;UAE;0.01;60/1;;', 'a quote is opened in it and not closed'],
  ]
  const MAPPING =
    'per: minute\ndates: [DD/MM/YYYY]\ncolumns: { code: Code, destination: Name, price: Rate, increments: Billing, from: From, state: State }\n'

  test('of 100,000 rows twenty are spoilt: these are named, with their lines, and no other', async () => {
    const lines = ['Rates of Invented Carrier', '', 'Code;Name;Rate;Billing;From;State']
    const planted: string[] = []
    for (let row = 0; row < 100_000; row += 1) {
      const fault = row % 5_000 === 2_500 ? FAULTS[(row - 2_500) / 5_000] : undefined
      if (fault !== undefined) planted.push(`  line ${lines.length + 1}: ${fault[1]}`)
      lines.push(
        fault?.[0] ??
          `${8_100_000 + row};"Place ${row % 300}";0.${1_000 + (row % 900)};60/1;01/11/2026;`,
      )
      if (row % 1_000 === 999) lines.push('')
    }
    expect(planted).toHaveLength(20)
    const file = list(lines.join('\r\n'), MAPPING)
    const { status, stdout } = await imported(file, '--full')
    expect(status).toBe(1)
    expect(stdout.split('\n').filter((line) => line.startsWith('  line '))).toEqual(planted)
    expect(stdout).toContain('99980 rows of 99980 codes')
    // Nothing was changed by halves, nor anything left behind.
    expect(existsSync(deckFile())).toBe(false)
    // What is left of the heap when a list of 100,000 rows may not be in memory twice.
    const small = createCommandLine(folder, { NODE_OPTIONS: '--max-old-space-size=100' })
    const words = ['catalogue', 'deck', 'import', file, '--deck', 'az', '--from', '2026-11-01']
    const skipped = small.process(...words, '--full', '--skip-unusable')
    expect(skipped.status).toBe(1)
    expect(deck()).toHaveLength(99_980)
    expect(readdirSync(catalogue).filter((name) => name.startsWith('az.'))).toEqual([
      'az.prices.csv',
      'az.prices.lists',
    ])
  }, 120_000)

  test('a row with two prices for one code from one date is named with the other', async () => {
    const { status, stdout } = await imported(
      list('code,price\n44,0.02\n45,0.01\n44,0.03\n45,0.01\n'),
      '--full',
    )
    expect(status).toBe(1)
    expect(stdout).toContain('  line 4: the code 44 has another price from 2026-11-01 in line 2')
    expect(stdout).toContain('rows that only repeat another one: 1')
  })

  test('what an unusable row names does not end, though the list is full', async () => {
    await imported(list('code,price\n44,0.02\n45,0.01\n'), '--full')
    const next = list('code,price\n44,oops\n', '', 'next.csv')
    await tik.here([
      'catalogue',
      'deck',
      'import',
      next,
      '--deck',
      'az',
      '--from',
      '2026-12-01',
      '--full',
      '--skip-unusable',
    ])
    expect(deck()).toEqual(['44,,0.02,,,,,,2026-11-01,', '45,,0.01,,,,,,2026-11-01,2026-12-01'])
  })

  test.each([
    [['--full', '--changes'], 'a list is either --full or --changes'],
    [[], 'is the list whole, or does it have what changes?'],
  ])('%s is refused', async (options, message) => {
    const { status, stderr } = await imported(list('code,price\n44,0.02\n'), ...options)
    expect(status).toBe(2)
    expect(stderr).toContain(message)
  })

  test('titles that the list lacks, and a mapping that is wrong, are named', async () => {
    const missing = await imported(
      list('Code,Rate\n44,1\n', 'per: minute\ncolumns: { code: Code, price: Price }\n'),
      '--full',
    )
    expect(missing.status).toBe(2)
    expect(missing.stderr).toContain('"Price" not found')
    const wrong = await imported(
      list('Code,Rate\n44,1\n', 'columns: { code: Code, price: Rate }\ncurrency: USD\n'),
      '--full',
    )
    expect(wrong.status).toBe(2)
    expect(wrong.stderr).toContain('per: ')
    const dollars = 'per: minute\ncurrency: USD\ncolumns: { code: Code, price: Rate }\n'
    const unconverted = await imported(list('Code,Rate\n44,1\n', dollars), '--full')
    expect(unconverted.status).toBe(2)
    expect(unconverted.stderr).toContain('exchange: is missing: what is one USD in EUR?')
  })
})
