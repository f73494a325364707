/**
 * Exactly once in effect, over many seeds with doubles in memory. TIK_SIMULATION_SEEDS says how many
 * (default 30) and TIK_SIMULATION_FIRST where to begin; a failure names its seed.
 */
import { beforeAll, expect, test } from 'vitest'
import type { LedgerRow } from '../src/core/usage/ledger-row.ts'
import { createMemoryLedger } from './doubles/memory-ledger.ts'
import { simulateRating } from './simulate-rating.ts'
import type { SimulationOptions } from './simulate-rating.ts'
import { createStreamWorld, smallWorld } from './stream-world.ts'
import type { StreamWorld } from './stream-world.ts'
import { createUnfencedLedger } from './unfenced-ledger.ts'

const SEEDS = Number.parseInt(process.env['TIK_SIMULATION_SEEDS'] ?? '30', 10)
const FIRST = Number.parseInt(process.env['TIK_SIMULATION_FIRST'] ?? '1', 10)
const ACCOUNTS = 6
let world: StreamWorld

beforeAll(async () => {
  world = smallWorld(await createStreamWorld(ACCOUNTS))
})

/** What differs from a run without faults; empty when nothing does. */
async function differences(seed: number, ledger: SimulationOptions['ledger'], faults = true) {
  const options = { seed, world, accounts: ACCOUNTS }
  const result = await simulateRating({ ...options, ledger, faults })
  const plain = createMemoryLedger()
  // The same log, rated from its start by one worker.
  await simulateRating({ ...options, ledger: plain, faults: false })
  const found = comparable(result.rows)
  const wanted = comparable(plain.entries)
  const differing = wanted.filter((row, index) => row !== found[index]).slice(0, 2)
  if (found.length !== wanted.length) differing.push(`${found.length} rows of ${wanted.length}`)
  const outOfRange = result.rows.filter(({ reason }) => reason === 'charge_out_of_range').length
  return {
    marks: { ...result.marks, 'out of range': outOfRange },
    differing: [...result.failures, ...differing],
  }
}

/** Rows in log order without what may differ: when they were recorded. */
function comparable(rows: readonly LedgerRow[]): string[] {
  return rows
    .toSorted((a, b) => a.logPartition - b.logPartition || a.logOffset - b.logOffset)
    .map((row) => JSON.stringify({ ...row, recordedMs: 0 }))
}

const KINDS = [
  'killed',
  'stopped',
  'stalled',
  'unaware',
  'ledger away',
  'answer lost',
  'fenced',
  'forgotten',
  'reference replaced',
  'out of range',
]

test(`${SEEDS} seeds from ${FIRST}: the ledger is what one worker without faults makes of the log`, async () => {
  const marks: Record<string, number> = {}
  for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
    const result = await differences(seed, createMemoryLedger())
    expect(result.differing, `seed ${seed}`).toEqual([])
    for (const [kind, count] of Object.entries(result.marks)) {
      marks[kind] = (marks[kind] ?? 0) + count
    }
  }
  // Marks, not hope: every kind of failure was really met.
  for (const kind of KINDS) {
    expect(marks[kind] ?? 0, kind).toBeGreaterThan(0)
  }
  process.stdout.write(`simulation: ${SEEDS} seeds, ${JSON.stringify(marks)}\n`)
}, 600_000)

test('a ledger without a fence is caught, and only because of the faults', async () => {
  let caught = 0
  for (let seed = 1; seed <= 10; seed += 1) {
    if ((await differences(seed, createUnfencedLedger())).differing.length > 0) caught += 1
    const calm = await differences(seed, createUnfencedLedger(), false)
    expect(calm.differing, `seed ${seed}`).toEqual([])
  }
  expect(caught).toBeGreaterThan(0)
}, 60_000)
