/** docs/price-lists.md, step by step: its list and its mapping are taken in, its call is priced, its bill is made. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { billPeriod } from '../src/app/billing/bill-period.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { readConfig } from '../src/core/config/config.ts'
import { createCommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { SMALL_COMPANY } from './small-company.ts'
import { openTestDesk } from './test-desk.ts'

const folder = mkdtempSync(join(tmpdir(), 'tik-guide-'))
const catalogue = join(folder, 'catalogue')
const tik = createCommandLine(folder)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const guide = readFileSync('docs/price-lists.md', 'utf8')
const blocks = [...guide.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}))
/** The block that has these words, of a kind. */
function block(kind: string, words: string): string {
  const found = blocks.find((each) => each.kind === kind && each.text.includes(words))
  if (found === undefined) throw new Error(`the page has no ${kind} with ${words}`)
  return found.text
}

/** The words of the command that the page shows, without `tik`. */
function wordsOf(command: string): string[] {
  const line = block('sh', command).trim()
  return line.split(' ').slice(1)
}

const PARTY = { vatId: 'NL123456782B01', registrationNumber: '12345678' }
const CALLS = ['+442071234567', '+447400123456', '+881612345678']

async function prepare(): Promise<void> {
  await copyTestOperations(join(folder, 'operations'))
  mkdirSync(catalogue)
  mkdirSync(join(folder, 'suppliers'))
  cpSync('fixtures/decks/base.yaml', join(catalogue, 'base.yaml'))
  const zones = 'destinationZones: { world: { names: { nl: w, fr: w, de: w, en: w } } }\n'
  writeFileSync(join(catalogue, 'rates.yaml'), block('yaml', 'deck: az') + zones)
  writeFileSync(
    join(catalogue, 'countries.csv'),
    'country,alpha3,name,mcc\nNL,NLD,Netherlands,204\nGB,GBR,United Kingdom,234\n',
  )
  writeFileSync(
    join(catalogue, 'deck.csv'),
    'prefix,destination,name,country,class,zone\n44,gb,United Kingdom,GB,fixed,world\n8816,satellite,Satellite,,fixed,world\n',
  )
  writeFileSync(join(folder, 'suppliers', 'az.yaml'), block('yaml', 'decimalMark'))
  writeFileSync(join(folder, 'invented-carrier.csv'), block('text', 'Rates in EUR, valid from'))
  const line = { id: 'S1', account: 'A1', product: 'mobile', activated: '2026-11-01' }
  const document = {
    partners: SMALL_COMPANY.partners.map((each) => ({
      ...each,
      ...PARTY,
      iban: 'NL91ABNA0417164300',
    })),
    accounts: SMALL_COMPANY.accounts.map((each) => ({ ...each, ...PARTY })),
    subscriptions: [{ ...line, numbers: ['+31612345678'], plans: ['world'] }],
  }
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(document))
  writeFileSync(
    join(folder, 'sources.yaml'),
    'sources: [{ sourceId: carrier, format: usage, product: mobile }]\n',
  )
  const usage = CALLS.map((receiver, index) => ({
    id: `c${index}`,
    kind: 'voice',
    direction: 'out',
    sender: '+31612345678',
    receiver,
    durationSeconds: 61,
    start: '2026-11-05T09:00:00Z',
  }))
  writeFileSync(
    join(folder, 'november.jsonl'),
    usage.map((each) => `${JSON.stringify(each)}\n`).join(''),
  )
}

test('the page begins with a carrier’s file and ends with a bill, and each step says what the page does', async () => {
  await prepare()
  const [, , , file = '', ...options] = wordsOf('deck import').filter(
    (word) => word !== '--dry-run',
  )
  const words = ['catalogue', 'deck', 'import', join(folder, file), ...options]
  const taken = await tik.here(words)
  expect(`${taken.status} ${taken.stdout}`).toMatch(
    /^0 .*: 4 rows of 5 codes, 1 line of text, 0 rows that cannot be used\n/,
  )

  await tik.here(['accounts', 'import', join(folder, 'accounts.json')])
  const priced = await tik.here(wordsOf('tik price'))
  expect(priced.stdout).toContain(block('text', 'S1 to +447400123456').trimEnd())

  const ingested = await tik.here(['ingest', join(folder, 'november.jsonl'), '--source', 'carrier'])
  expect(ingested.status).toBe(0)
  await using desk = await openTestDesk(readConfig(folder, {}))
  const clock = fixedClock(Date.parse('2026-12-02T08:00Z'))
  const { invoices } = await billPeriod(desk, { period: '2026-11' }, clock)
  expect(invoices.map(({ netMicros, grossMicros }) => [netMicros, grossMicros])).toEqual([
    [4_980_000, 6_030_000],
  ])
}, 120_000)
