/** 50 random selections: a page, its file, the API and the command line say the same. The seed is printed and TIK_SEED repeats it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { linkFor, putStaff } from '../src/app/access/people.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { totalsTable } from '../src/cli/usage/totals-table.ts'
import { addMicros, microsFromDecimal, ZERO_MICROS, type Micros } from '../src/core/money/money.ts'
import { localeFormat } from '../src/core/text/locale-format.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { createRandom } from '../src/demo/random.ts'
import { asteriskLine } from './small-company.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const SELECTIONS_COUNT = 50
const CALLS_COUNT = 300
const SEED = Number.parseInt(
  process.env['TIK_SEED'] ?? (process.env['CI'] ? '23' : String(Date.now() % 1_000_000)),
  10,
)
const ENGLISH = localeFormat('en')

let door: SmallDoor
let cookie = ''
const random = createRandom()

beforeAll(async () => {
  door = await openSmallDoor({ withPages: true })
  random.restart(SEED, 0, 0)
  const lines = Array.from({ length: CALLS_COUNT }, (_, n) =>
    asteriskLine({
      from: oneOf(['0201234567', '0207654321']),
      to: oneOf(['0612345678', '0301234567', '0032470123456', '0014155550123']),
      start: `2026-1${random.below(2)}-${String(1 + random.below(28)).padStart(2, '0')} ${String(random.below(24)).padStart(2, '0')}:15:00`,
      billsec: random.below(900),
      uniqueid: `8.${n}`,
    }),
  )
  const file = join(door.desk.folder.path, 'more.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse('2026-12-02T08:00Z'))
  await Array.fromAsync(ingestInto(door.desk, [file], { format: 'asterisk', clock }))
  const staff = { staffId: 'max', partnerId: '', name: 'Max', email: 'max@x.example' } as const
  await putStaff(door.desk, { ...staff, language: 'en', roles: ['billing-operations'] })
  const link = await linkFor(door.desk, 'staff:max', 'sign-in')
  const headers = { 'Sec-Fetch-Site': 'same-origin' }
  const entered = await door.ask('/sign-in/link', { method: 'POST', body: { link }, headers })
  cookie = (entered.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
}, 300_000)
afterAll(() => door[Symbol.asyncDispose]())

function oneOf<Item>(items: readonly [Item, ...Item[]]): Item {
  return items[random.below(items.length)] ?? items[0]
}

interface PageSelection {
  readonly account: string
  readonly period: string
  readonly by: 'call-type' | 'number' | 'number-and-call-type'
  readonly filters: Readonly<Record<string, string>>
}

function some(share: number): boolean {
  return random.next() < share
}

function selection(): PageSelection {
  return {
    account: oneOf(['A1', 'A2']),
    period: oneOf(['2026-10', '2026-11']),
    by: oneOf(['call-type', 'number', 'number-and-call-type']),
    filters: {
      ...(some(0.3) ? { product: oneOf(['voip', 'mobile']) } : {}),
      ...(some(0.3) ? { sender: oneOf(['20123', '7654', '31']) } : {}),
      ...(some(0.5) ? { receiver: oneOf(['612', '3247', '1415', '99999', '+31']) } : {}),
    },
  }
}

async function read(path: string): Promise<string> {
  const response = await door.ask(path, { headers: { Cookie: cookie } })
  expect([path, response.status]).toEqual([path, 200])
  return response.text()
}

/** The exact sum at the foot of the page; none where it says that there is nothing. */
async function ofPage({ account, period, by, filters }: PageSelection): Promise<string> {
  const query = new URLSearchParams({ period, by, ...filters })
  const text = await read(`/accounts/${account}/usage?${query.toString()}`)
  return /rounded; exact ([\d.,]+)\)/.exec(text)?.[1] ?? ENGLISH.exact(ZERO_MICROS)
}

async function ofFile({ account, period, by, filters }: PageSelection): Promise<Micros> {
  const query = new URLSearchParams({ account, period, by, ...filters })
  const text = await read(`${API_PATH}/usage/totals/export?${query.toString()}`)
  const rows = text.trim().split('\r\n').slice(1)
  return rows.reduce(
    (sum, row) => addMicros(sum, microsFromDecimal(row.split(',').at(-1) ?? '')),
    ZERO_MICROS,
  )
}

const totals = z.object({ items: z.array(z.object({ amount: z.object({ amount: z.string() }) })) })

async function ofApi({ account, period, by, filters }: PageSelection): Promise<Micros> {
  const query = new URLSearchParams({ account, period, by, ...filters })
  const { items } = totals.parse(JSON.parse(await read(`${API_PATH}/usage/totals?${query}`)))
  return items.reduce(
    (sum, { amount }) => addMicros(sum, microsFromDecimal(amount.amount)),
    ZERO_MICROS,
  )
}

/** The last figure of what `tik totals` prints. */
async function ofCommand({ account, period, by, filters }: PageSelection): Promise<Micros> {
  const question = readQuestion({ account, period, timeZone: 'Europe/Amsterdam', ...filters })
  const rows = await totalsOf(door.desk, by, question)
  if (rows.length === 0) return ZERO_MICROS
  return microsFromDecimal(totalsTable(rows, by).trimEnd().split(/\s+/).at(-1) ?? '')
}

test(`of ${SELECTIONS_COUNT} selections all four say the same (seed ${SEED})`, async () => {
  let notEmpty = 0
  for (let n = 0; n < SELECTIONS_COUNT; n += 1) {
    const of = selection()
    const expected = await ofCommand(of)
    const told = JSON.stringify({ seed: SEED, n, of })
    expect(await ofApi(of), told).toBe(expected)
    expect(await ofFile(of), told).toBe(expected)
    expect(await ofPage(of), told).toBe(ENGLISH.exact(expected))
    if (expected > 0) notEmpty += 1
  }
  expect(notEmpty).toBeGreaterThan(SELECTIONS_COUNT / 4)
}, 300_000)
