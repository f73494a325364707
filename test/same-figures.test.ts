/**
 * `tik totals`, the API and an export give the same figures for whatever is selected, before and after usage was
 * rated again at another price. 200 selections; the seed is printed and TIK_SEED repeats it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { API_PATH } from '../src/api/create-api.ts'
import { rerateAccounts } from '../src/app/corrections/rerate.ts'
import { changeAccount } from '../src/app/directory/change-account.ts'
import { ingestInto } from '../src/app/files/ingest-into.ts'
import { readQuestion } from '../src/app/usage/read-question.ts'
import { totalsOf } from '../src/app/usage/usage-reports.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import { microsFromDecimal } from '../src/core/money/money.ts'
import { createRandom } from '../src/demo/random.ts'
import { asteriskLine } from './small-company.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const SELECTIONS_COUNT = 200
const SEED = Number.parseInt(
  process.env['TIK_SEED'] ?? (process.env['CI'] ? '17' : String(Date.now() % 1_000_000)),
  10,
)
const CALLS_COUNT = 400

let door: SmallDoor
let key: string
const random = createRandom()

beforeAll(async () => {
  door = await openSmallDoor()
  key = await door.keyOf({ reachKind: 'operator', reachId: '' })
  random.restart(SEED, 0, 0)
  const lines = Array.from({ length: CALLS_COUNT }, (_, n) =>
    asteriskLine({
      from: oneOf(['0201234567', '0207654321']),
      to: oneOf(['0612345678', '0301234567', '0032470123456', '0014155550123', '0201234567']),
      start: `2026-1${whole(2)}-${String(1 + whole(28)).padStart(2, '0')} ${String(whole(24)).padStart(2, '0')}:15:00`,
      billsec: whole(900),
      uniqueid: `9.${n}`,
    }),
  )
  const file = join(door.desk.folder.path, 'more.csv')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const clock = fixedClock(Date.parse('2026-12-02T08:00Z'))
  const [taken] = await Array.fromAsync(
    ingestInto(door.desk, [file], { format: 'asterisk', clock }),
  )
  expect(taken?.tally?.rated).toBeGreaterThan(CALLS_COUNT / 2)
}, 300_000)
afterAll(() => door[Symbol.asyncDispose]())

function whole(below: number): number {
  return Math.floor(random.next() * below)
}

function oneOf<Item>(items: readonly [Item, ...Item[]]): Item {
  return items[whole(items.length)] ?? items[0]
}

interface Selection {
  readonly period: string
  readonly account?: string
  readonly partner?: string
  readonly product?: string
  readonly sender?: string
  readonly receiver?: string
}

function selection(): Selection {
  const half = () => random.next() < 0.5
  return {
    period: oneOf(['2026-10', '2026-11', '2026-10-05..2026-10-20', '2026-10-01..2026-11-30']),
    ...(half() ? { account: oneOf(['A1', 'A2']) } : {}),
    ...(random.next() < 0.2 ? { partner: oneOf(['P1', 'P2']) } : {}),
    ...(random.next() < 0.2 ? { product: oneOf(['voip', 'mobile']) } : {}),
    ...(random.next() < 0.2 ? { sender: oneOf(['20123', '7654', '31']) } : {}),
    ...(random.next() < 0.4 ? { receiver: oneOf(['612', '3247', '1415', '99999', '+31']) } : {}),
  }
}

interface Figures {
  readonly count: number
  readonly durationSeconds: number
  readonly chargeMicros: number
  readonly informationMicros: number
}

/** As `tik totals` asks for them. */
async function ofCommand(of: Selection): Promise<Figures> {
  const question = readQuestion({ timeZone: 'Europe/Amsterdam', ...of })
  const rows = await totalsOf(door.desk, 'call-type', question)
  return summed(
    rows.map((row) => ({
      count: row.count,
      durationSeconds: Number(row.durationSeconds),
      chargeMicros: row.chargeMicros,
      informationMicros: row.informationChargeMicros,
    })),
  )
}

const money = z
  .object({ amount: z.string() })
  .transform(({ amount }): number => microsFromDecimal(amount))
const totals = z.object({
  items: z.array(
    z.object({
      count: z.int(),
      durationSeconds: z.coerce.number(),
      charge: money,
      informationCharge: money,
    }),
  ),
})

async function ofApi(of: Selection, by: string): Promise<Figures> {
  const query = new URLSearchParams({ ...of, by })
  const response = await door.ask(`${API_PATH}/usage/totals?${query.toString()}`, { key })
  const { items } = totals.parse(await response.json())
  return summed(
    items.map(({ charge, informationCharge, ...rest }) => ({
      ...rest,
      chargeMicros: charge,
      informationMicros: informationCharge,
    })),
  )
}

/** What a spreadsheet would add up of the export. */
async function ofExport(of: Selection): Promise<Figures> {
  const query = new URLSearchParams({ ...of, format: 'jsonl' })
  const response = await door.ask(`${API_PATH}/usage/export?${query.toString()}`, { key })
  const lines = (await response.text()).split('\n').filter((line) => line !== '')
  return summed(lines.map((line) => exported.parse(JSON.parse(line))))
}

const exported = z
  .object({
    entryKind: z.string(),
    durationSeconds: z.int(),
    charge: z.string(),
    informationCharge: z.string(),
  })
  .transform(({ entryKind, durationSeconds, charge, informationCharge }): Figures => ({
    // A reversal takes a usage back, which its correction counts again.
    count: entryKind === 'reversal' ? -1 : 1,
    durationSeconds,
    chargeMicros: microsFromDecimal(charge),
    informationMicros: microsFromDecimal(informationCharge),
  }))

function summed(rows: readonly Figures[]): Figures {
  return rows.reduce(
    (sum, row) => ({
      count: sum.count + row.count,
      durationSeconds: sum.durationSeconds + row.durationSeconds,
      chargeMicros: sum.chargeMicros + row.chargeMicros,
      informationMicros: sum.informationMicros + row.informationMicros,
    }),
    { count: 0, durationSeconds: 0, chargeMicros: 0, informationMicros: 0 },
  )
}

async function compareAll(): Promise<number> {
  let notEmpty = 0
  for (let n = 0; n < SELECTIONS_COUNT; n += 1) {
    const of = selection()
    const expected = await ofCommand(of)
    const by = oneOf(['total', 'call-type', 'number', 'number-and-call-type'])
    const told = JSON.stringify({ seed: SEED, n, of, by })
    expect(await ofApi(of, by), told).toEqual(expected)
    expect(await ofExport(of), told).toEqual(expected)
    if (expected.count > 0) notEmpty += 1
  }
  return notEmpty
}

test(`of ${SELECTIONS_COUNT} selections all three say the same, before and after re-rating (seed ${SEED})`, async () => {
  const before = await ofCommand({ period: '2026-10-01..2026-11-30' })
  expect(await compareAll()).toBeGreaterThan(SELECTIONS_COUNT / 3)
  for (const subscription of ['V1', 'S2']) {
    const change = { type: 'change-plan', subscription, plan: 'voip-flat', at: '2026-10-10' }
    await changeAccount(door.desk, change, { dryRun: false })
  }
  const range = { from: '2026-10-01', to: '2026-11-30' }
  const wish = { range, order: 'recorded', confirm: true } as const
  const rerated = await Array.fromAsync(rerateAccounts(door.desk, wish))
  expect(rerated.flatMap(({ corrections }) => corrections).length).toBeGreaterThan(50)
  expect(await ofCommand({ period: '2026-10-01..2026-11-30' })).not.toEqual(before)
  expect(await compareAll()).toBeGreaterThan(SELECTIONS_COUNT / 3)
}, 600_000)
