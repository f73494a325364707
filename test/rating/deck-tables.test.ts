/**
 * The golden tables of fixtures/decks, through the door: each case is a catalogue folder that is loaded, and
 * its usages are rated and explained. UPDATE_GOLDEN=1 writes what comes out.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import { loadCatalogue } from '../../src/catalogue/load-catalogue.ts'
import { microsToDecimal } from '../../src/core/money/money.ts'
import type { Usage } from '../../src/core/usage/usage.ts'
import { createRater } from '../../src/rating/create-rater.ts'
import { copyOf, sumRows } from './ledger-sums.ts'
import { parseTime } from './parse-world.ts'
import { createWorld } from './world.ts'

const FOLDER = 'fixtures/decks'
const ROWS_MIN = 90
const COLUMNS = [
  'when',
  'number',
  'units',
  'account',
  'call type',
  'charge',
  'information',
  'row or why not',
]
const CALL_TYPES = ['incoming', 'premium', 'call', 'message', 'content']
const ALWAYS = { fromMs: 0, toMs: Infinity }

interface Case {
  readonly title: string
  /** As written, with the line of its columns. */
  readonly head: string
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly rows: readonly (readonly string[])[]
}

function parseCases(text: string): Case[] {
  return text
    .split(/^== /m)
    .slice(1)
    .map((block) => {
      const lines = block.split('\n')
      const heads = lines.slice(1).filter((line) => !isRow(line))
      const files = heads
        .join('\n')
        .split(/^@ /m)
        .slice(1)
        .map((file) => {
          const [name = '', ...rest] = file.split('\n')
          return { name, text: `${rest.join('\n').trim()}\n` }
        })
      const rows = lines
        .filter(isRow)
        .map((line) => line.split('|').map((cell) => cell.trim()))
        .filter((cells) => cells[0] !== COLUMNS[0])
      return {
        title: lines[0] ?? '',
        head: `${lines.slice(0, 1).concat(heads).join('\n').trim()}\n`,
        files,
        rows,
      }
    })
}

function isRow(line: string): boolean {
  return line.includes(' | ')
}

async function catalogueOf({ files }: Case): Promise<Catalogue> {
  const folder = mkdtempSync(join(tmpdir(), 'tik-decks-'))
  try {
    writeFileSync(join(folder, 'base.yaml'), readFileSync(join(FOLDER, 'base.yaml')))
    for (const { name, text } of files) writeFileSync(join(folder, name), text)
    const text = files.map((file) => file.text).join('')
    const rates = CALL_TYPES.filter((id) => new RegExp(`^  ${id}:`, 'm').test(text))
    const plan = {
      product: 'mobile',
      names: { nl: 'p', fr: 'p', de: 'p', en: 'p' },
      rates: Object.fromEntries(rates.map((id) => [id, id])),
      allowances: text.includes('allowances:') ? ['minutes'] : [],
    }
    writeFileSync(join(folder, 'plan.yaml'), JSON.stringify({ plans: { plan } }))
    return await loadCatalogue(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const { directory } = createWorld({
  accounts: [
    { accountId: 'acc' },
    { accountId: 'own', rateOverrides: [{ callType: 'call', rateId: 'own', ...ALWAYS }] },
    { accountId: 'be', country: 'BE' },
  ],
  subscriptions: ['acc', 'own', 'be'].map((accountId) => ({
    subscriptionId: accountId,
    accountId,
  })),
})

async function runCase(each: Case): Promise<string[][]> {
  const catalogue = await catalogueOf(each)
  const rater = createRater({ catalogue, directory })
  return each.rows.map((row) => {
    const usage = usageOf(row, catalogue)
    const explained = rater.explain(usage, usage.startMs)
    const rated = structuredClone(rater.rate(usage, usage.startMs))
    expect(explained.result).toEqual(rated)
    const found =
      rated.outcome === 'rejected'
        ? [`${rated.reason}: ${rated.detail}`]
        : explained.steps
            .filter(({ rule }) => rule.endsWith('row'))
            .map(({ text, place = '' }) => rowText(`${text}: ${place}`))
    return [
      ...row.slice(0, 5),
      shortDecimal(microsToDecimal(rated.chargeMicros)),
      rated.informationChargeMicros === 0
        ? ''
        : shortDecimal(microsToDecimal(rated.informationChargeMicros)),
      found.join(' + '),
    ]
  })
}

function usageOf(row: readonly string[], catalogue: Catalogue): Usage {
  const [when = '', number = '', units = '', account = '', callType = ''] = row
  const [used = '', recordAmount = ''] = units.split(' @ ')
  const [quantity = '', sessionKey = ''] = used.split(' #')
  const incoming = callType === 'incoming'
  const startMs = when.endsWith('Z') ? Date.parse(when) : parseTime(when)
  const made = createWorld({ subscriptions: [] }).usage('', '', {})
  const index = directory.subscriptions.findIndex((each) => each.subscriptionId === account)
  const callTypeIndex = catalogue.callTypeIndexById.get(callType) ?? -1
  return {
    ...made,
    accountId: account,
    subscriptionId: account,
    subscriptionIndex: index,
    kind: catalogue.callTypes[callTypeIndex]?.kind ?? 'none',
    direction: incoming ? 'in' : 'out',
    sender: incoming ? number : '+31612345678',
    receiver: incoming ? '+31612345678' : number,
    callType,
    callTypeIndex,
    startMs,
    quantity: Number(quantity),
    sessionKey,
    recordAmount,
  }
}

/** 'az 447400 az.prices.csv:4' of the sentence that explains the row. */
function rowText(text: string): string {
  const match = /is code (\S+).* of deck ([a-z0-9-]+).*: (\S+)$/.exec(text)
  return match === null ? 'as what has no row' : `${match[2]} ${match[1]} ${match[3]}`
}

/** At least four decimals, as rates round to. */
function shortDecimal(text: string): string {
  return text.replace(/0{1,2}$/, '')
}

function formatCase({ head }: Case, rows: readonly (readonly string[])[]): string {
  const table = [COLUMNS, ...rows]
  const widths = COLUMNS.map((_, at) => Math.max(...table.map((row) => (row[at] ?? '').length)))
  const lines = table.map((row) =>
    COLUMNS.map((_, at) => (row[at] ?? '').padEnd(widths[at] ?? 0))
      .join(' | ')
      .trimEnd(),
  )
  return `== ${head}\n${lines.join('\n')}\n`
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.txt'))

describe.each(files)('%s', (file) => {
  const path = join(FOLDER, file)
  const text = readFileSync(path, 'utf8')
  const cases = parseCases(text)
  test.each(cases.map((each) => [each.title, each] as const))('%s', async (_title, each) => {
    expect(formatCase(each, await runCase(each))).toBe(formatCase(each, each.rows))
  })
  test.runIf(process.env['UPDATE_GOLDEN'] === '1')('is written anew', async () => {
    const written: string[] = []
    for (const each of cases) written.push(formatCase(each, await runCase(each)))
    const preamble = text.split(/^== /m)[0] ?? ''
    writeFileSync(path, preamble + written.join('\n'))
  })
})

test('a session that comes back from the ledger goes on at the price of its row', async () => {
  const each: Case = {
    title: '',
    head: '',
    files: [
      {
        name: 'rates.yaml',
        text: 'rates:\n  call: { for: voice, deck: az, by: 60/1, connectFee: "0.05" }\n',
      },
      { name: 'az.prices.csv', text: 'code,price,until\n44,0.02,\n447,0.15,2026-11-11\n' },
    ],
    rows: [],
  }
  const catalogue = await catalogueOf(each)
  const partAt = (when: string) =>
    usageOf([when, '+447500123456', '31 #s', 'acc', 'call'], catalogue)
  const [first, last] = [partAt('2026-11-10 23:59'), partAt('2026-11-11 00:01')]
  const whole = createRater({ catalogue, directory })
  const rows = [{ usage: first, rated: copyOf(whole.rate(first, first.startMs)) }]
  const restored = createRater({ catalogue, directory })
  const [request] = restored.missingBalances([last])
  restored.restore(request!, sumRows(rows, request!))
  const charged = structuredClone(restored.rate(last, last.startMs))
  expect(charged).toEqual(structuredClone(whole.rate(last, last.startMs)))
  expect(charged.chargeMicros).toBe(5_000) // 0.15 + 2 × 0.0025 + 0.05, of which 0.20 were charged.
})

test('the tables cover enough and no case is empty', () => {
  const cases = files.flatMap((file) => parseCases(readFileSync(join(FOLDER, file), 'utf8')))
  expect(cases.filter(({ rows }) => rows.length === 0)).toEqual([])
  expect(cases.flatMap(({ rows }) => rows).length).toBeGreaterThanOrEqual(ROWS_MIN)
})

test('canary: a wrong charge in a table is found', async () => {
  const [first] = parseCases(readFileSync(join(FOLDER, 'prices.txt'), 'utf8'))
  const found = await runCase(first!)
  expect(found).toEqual(first!.rows)
  expect(found).not.toEqual(first!.rows.map((row) => row.toSpliced(5, 1, '0.0103')))
})
