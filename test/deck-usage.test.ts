/**
 * A month of usage is tried by a new list of 60,000 codes before the list is taken in: the difference by account is that
 * of rating the month anew by it, record by record, in another installation.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from './command-line.ts'
import { copyTestOperations } from './doubles/test-operations.ts'
import { seededRandom } from './seeded-random.ts'
import { SMALL_COMPANY } from './small-company.ts'

const home = mkdtempSync(join(tmpdir(), 'tik-deck-usage-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const RATES = `
rates:
  call: { for: voice, deck: az, by: 60/60, otherwise: "0.50" }
  none: { for: voice, steps: [{ price: "0.02/min", by: 1 s }] }
  one: { for: event, steps: [{ price: "0.02/event" }] }
plans:
  plan:
    product: mobile
    names: { nl: p, fr: p, de: p, en: p }
    rates: { call: call, premium: none, content: one }
destinationZones: { world: { names: { nl: w, fr: w, de: w, en: w } } }
`
const CODES = 60_000
const random = seededRandom(19)
const pick = (count: number) => Math.floor(random() * count)

/** Of four to six digits below 44 and 49, each once, with the shorter ones that contain them. */
const codes = [
  '44',
  '49',
  ...Array.from(
    { length: CODES - 2 },
    (_, index) => `${index % 2 === 0 ? 44 : 49}${10_000 + index}`,
  ),
]

function priceList(priceOf: (index: number) => string, left: (index: number) => boolean): string {
  const rows = codes.flatMap((code, index) =>
    left(index) ? [`${code},Place ${index % 300},${priceOf(index)},60,1`] : [],
  )
  return `code,destination,price,first,next\n${rows.join('\n')}\n`
}

const USAGE = Array.from({ length: 600 }, (_, index) => ({
  id: `u${index}`,
  kind: 'voice',
  direction: 'out',
  sender: index % 3 === 0 ? '+31612345679' : '+31612345678',
  receiver: `+${codes[pick(codes.length)]}${1_000 + pick(9_000)}`,
  durationSeconds: 1 + pick(600),
  start: new Date(Date.UTC(2026, 9, 1 + pick(30), pick(24), pick(60))).toISOString(),
}))

async function installation(name: string): Promise<{ tik: CommandLine; folder: string }> {
  const folder = join(home, name)
  mkdirSync(join(folder, 'catalogue'), { recursive: true })
  await copyTestOperations(join(folder, 'operations'))
  cpSync('fixtures/decks/base.yaml', join(folder, 'catalogue', 'base.yaml'))
  writeFileSync(join(folder, 'catalogue', 'rates.yaml'), RATES)
  writeFileSync(
    join(folder, 'catalogue', 'countries.csv'),
    'country,alpha3,name,mcc\nGB,GBR,United Kingdom,234\nDE,DEU,Germany,262\nNL,NLD,Netherlands,204\n',
  )
  writeFileSync(
    join(folder, 'catalogue', 'deck.csv'),
    'prefix,destination,name,country,class,zone\n31,nl,Netherlands,NL,fixed,world\n44,gb,United Kingdom,GB,fixed,world\n49,de,Germany,DE,fixed,world\n',
  )
  const [account] = SMALL_COMPANY.accounts
  const line = { product: 'mobile', activated: '2026-01-01', plans: ['plan'] }
  const document = {
    ...SMALL_COMPANY,
    accounts: [account, { ...account, id: 'A2' }],
    subscriptions: [
      { ...line, id: 'S1', account: 'A1', numbers: ['+31612345678'] },
      { ...line, id: 'S2', account: 'A2', numbers: ['+31612345679'] },
    ],
  }
  writeFileSync(join(folder, 'accounts.json'), JSON.stringify(document))
  writeFileSync(
    join(folder, 'sources.yaml'),
    'sources: [{ sourceId: carrier, format: usage, product: mobile }]\n',
  )
  writeFileSync(
    join(folder, 'usage.jsonl'),
    USAGE.map((each) => `${JSON.stringify(each)}\n`).join(''),
  )
  return { tik: createCommandLine(folder), folder }
}

async function take(tik: CommandLine, list: string, from: string, ...more: readonly string[]) {
  const words = [
    'catalogue',
    'deck',
    'import',
    list,
    '--deck',
    'az',
    '--from',
    from,
    '--full',
    ...more,
  ]
  const { status, stdout, stderr } = await tik.here(words)
  expect(`${status} ${stderr}`).toMatch(/^0 /)
  return stdout
}

async function rated({
  tik,
  folder,
}: {
  tik: CommandLine
  folder: string
}): Promise<Map<string, bigint>> {
  expect((await tik.here(['accounts', 'import', join(folder, 'accounts.json')])).status).toBe(0)
  expect(
    (await tik.here(['ingest', '--source', 'carrier', join(folder, 'usage.jsonl')])).status,
  ).toBe(0)
  const sums = new Map<string, bigint>()
  for (const account of ['A1', 'A2']) {
    const { stdout } = await tik.here([
      'totals',
      '--account',
      account,
      '--period',
      '2026-10',
      '--json',
    ])
    const rows: { chargeMicros: number }[] = JSON.parse(stdout)
    sums.set(
      account,
      rows.reduce((sum, { chargeMicros }) => sum + BigInt(chargeMicros), 0n),
    )
  }
  return sums
}

/** A third dearer, a third cheaper. */
const changed = (index: number) => `0.${[100, 150, 60][index % 3]}${index % 997}`

test('what a month would have cost by a list is what rating it anew says, by account', async () => {
  const old = join(home, 'old.csv')
  const now = join(home, 'new.csv')
  writeFileSync(
    old,
    priceList(
      (index) => `0.${100 + (index % 800)}`,
      () => true,
    ),
  )
  writeFileSync(
    now,
    priceList(changed, (index) => index % 10 !== 9),
  )

  const first = await installation('first')
  await take(first.tik, old, '2026-01-01')
  const before = await rated(first)
  const deckBefore = readFileSync(join(first.folder, 'catalogue', 'az.prices.csv'), 'utf8')
  const told = await take(first.tik, now, '2026-11-01', '--dry-run', '--usage', '2026-10', '--json')
  const { usage } = JSON.parse(told)
  expect(readFileSync(join(first.folder, 'catalogue', 'az.prices.csv'), 'utf8')).toBe(deckBefore)

  const second = await installation('second')
  await take(second.tik, old, '2026-01-01')
  await take(second.tik, now, '2026-10-01')
  const after = await rated(second)
  for (const account of ['A1', 'A2']) {
    const difference = (after.get(account) ?? 0n) - (before.get(account) ?? 0n)
    expect([account, usage.byAccount[account].differenceMicros]).toEqual([
      account,
      Number(difference),
    ])
    expect(difference).not.toBe(0n)
  }
  expect(usage).toMatchObject({ ratedCount: 600, failuresCount: 0, accountsCount: 2 })
}, 240_000)
