/**
 * One seed of the simulation: workers that rate one log into one ledger while they are killed,
 * stalled past their session, told that the ledger is away, and given wrong clocks. Afterwards the
 * ledger must be what one worker makes of the same log without any of that.
 */
import { TikError } from '../src/core/errors.ts'
import { createHealth } from '../src/core/health.ts'
import type { LedgerRow } from '../src/core/ledger-row.ts'
import { createLog } from '../src/core/log.ts'
import { createMetrics } from '../src/core/metrics.ts'
import { createDuplicateWindow } from '../src/ledger/duplicate-window.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { createRenewableWindow } from '../src/stream/duplicates-of-worker.ts'
import { createRatingMetrics } from '../src/stream/rating-metrics.ts'
import { runRating } from '../src/stream/run-rating.ts'
import { toUsageMessage } from '../src/stream/usage-message.ts'
import { createSimulatedLog } from './simulated-log.ts'
import type { SimulatedLog } from './simulated-log.ts'
import { createSimulatedTurns } from './simulated-turns.ts'
import type { SimulatedTurns } from './simulated-turns.ts'
import { seededRandom } from './seeded-random.ts'
import { cdrLines } from './stream-world.ts'
import type { StreamWorld } from './stream-world.ts'

export interface SimulationOptions {
  readonly seed: number
  readonly world: StreamWorld
  /** All workers share it; it may be one that is broken on purpose. */
  readonly ledger: Ledger & { readonly entries: readonly LedgerRow[] }
  readonly faults: boolean
  readonly accounts: number
}

export interface SimulationResult {
  readonly rows: readonly LedgerRow[]
  readonly log: SimulatedLog
  /** How often each kind of failure really happened. */
  readonly marks: Readonly<Record<string, number>>
  /** Why a worker ended that should not have. */
  readonly failures: readonly string[]
}

const TOPIC = 'usage'
const PARTITIONS = 3
const RECORDS = 120
const WORKERS = 3
const TURNS_WITH_FAULTS = 250
const TURNS_MAX = 20_000
const FAULT_CHANCE = 0.08
const DUPLICATE_CHANCE = 0.1

interface Simulation {
  readonly options: SimulationOptions
  readonly random: () => number
  readonly turns: SimulatedTurns
  readonly log: SimulatedLog
  readonly marks: Record<string, number>
  readonly failures: string[]
  readonly workers: Map<string, { stop: AbortController; isFrozen: boolean; done: boolean }>
  waiting: { partition: number; value: string }[]
  workersCount: number
  /** Calls of the ledger that fail from now on. */
  outage: number
}

export async function simulateRating(options: SimulationOptions): Promise<SimulationResult> {
  const random = seededRandom(options.seed)
  const turns = createSimulatedTurns(random)
  const log = createSimulatedLog({ topic: TOPIC, partitions: PARTITIONS, turns, random })
  const simulation: Simulation = {
    options,
    random,
    turns,
    log,
    marks: {},
    failures: [],
    workers: new Map(),
    waiting: usagesOf(options),
    workersCount: 0,
    outage: 0,
  }
  for (let count = 0; count < (options.faults ? WORKERS : 1); count += 1) startWorker(simulation)
  while (turns.turnsCount < TURNS_WITH_FAULTS && options.faults) {
    append(simulation)
    if (random() < FAULT_CHANCE) injectFault(simulation)
    await turns.step()
  }
  heal(simulation)
  while (!isDone(simulation) && turns.turnsCount < TURNS_MAX && (await turns.step())) {
    append(simulation)
    restartEnded(simulation)
  }
  for (const { stop } of simulation.workers.values()) stop.abort()
  for (let spare = 0; spare < 500 && (await turns.step()); spare += 1);
  return {
    rows: options.ledger.entries,
    log,
    marks: simulation.marks,
    failures: simulation.failures,
  }
}

/** The records of the seed, some twice, in the partitions of their accounts. */
function usagesOf({ seed, world, accounts }: SimulationOptions) {
  const random = seededRandom(seed ^ 0x5f5f)
  const lines = cdrLines({ from: 0, to: RECORDS, seed, accounts })
  const again = lines.filter(() => random() < DUPLICATE_CHANCE)
  const value = Buffer.from([...lines, ...again, 'no record'].join('\n'))
  const message = { offset: 0, key: '', value, timestampMs: 0 }
  const usages = world.messageMediator().mediate(message, { topic: 'cdr', partition: 0 })
  return usages.map((usage) => {
    const { key, value: text } = toUsageMessage(usage)
    return { partition: (key.codePointAt(key.length - 1) ?? 0) % PARTITIONS, value: text }
  })
}

function append(simulation: Simulation): void {
  const count = simulation.options.faults ? Math.floor(simulation.random() * 3) : Infinity
  for (const { partition, value } of simulation.waiting.splice(0, count)) {
    simulation.log.append(partition, value)
  }
}

function isDone({ options, log, waiting }: Simulation): boolean {
  return waiting.length === 0 && options.ledger.entries.length >= log.messagesCount
}

function mark(simulation: Simulation, kind: string): void {
  simulation.marks[kind] = (simulation.marks[kind] ?? 0) + 1
}

function startWorker(simulation: Simulation): void {
  const name = `worker-${(simulation.workersCount += 1)}`
  const { options, turns, log, random } = simulation
  const stop = new AbortController()
  const worker = { stop, isFrozen: false, done: false }
  simulation.workers.set(name, worker)
  const ledger = ledgerOf(name, simulation)
  const clockOffsetMs = options.faults ? Math.floor((random() - 0.5) * 60_000) : 0
  runRating({
    topic: TOPIC,
    consumer: log.join(name),
    admin: { bounds: () => turns.turn(name).then(() => log.bounds()) },
    ledger,
    duplicates: createRenewableWindow(() => createDuplicateWindow(ledger, { directIdsMax: 3 })),
    reference: () => options.world.reference,
    newestReference: () => Promise.resolve(options.world.reference),
    limits: { rowsMax: 1 + Math.floor(random() * 20), bytesMax: 1_000_000, waitMsMax: 20 },
    clock: { nowMs: () => turns.nowMs() + clockOffsetMs },
    log: createLog('error', () => undefined),
    health: createHealth(['ledger', 'stream']),
    metrics: {
      ...createRatingMetrics(createMetrics()),
      fenced: () => mark(simulation, 'fenced'),
    },
    signal: stop.signal,
    retry: { attemptsMax: 4, firstWaitMs: 1, waitMsMax: 1 },
    sleep: () => turns.turn(name),
  }).then(
    () => (worker.done = true),
    (error: unknown) => {
      worker.done = true
      if (error instanceof TikError && error.code === 'ledger_unavailable')
        mark(simulation, 'gave up')
      else simulation.failures.push(String(error))
    },
  )
}

/** The shared ledger as one worker sees it: every call takes a turn and may fail. */
function ledgerOf(name: string, simulation: Simulation): Ledger {
  const { turns, options } = simulation
  const { ledger } = options
  async function call<Result>(work: () => Promise<Result>): Promise<Result> {
    await turns.turn(name)
    failSometimes(simulation, 'ledger away')
    const result = await work()
    await turns.turn(name)
    failSometimes(simulation, 'answer lost')
    return result
  }
  return {
    ...ledger,
    record: (batch) => call(() => ledger.record(batch)),
    lastOffsets: (source) => call(() => ledger.lastOffsets(source)),
    balances: (requests) => call(() => ledger.balances(requests)),
    findUsageIds: (ids, startMs) => call(() => ledger.findUsageIds(ids, startMs)),
  }
}

function failSometimes(simulation: Simulation, kind: string): void {
  if (simulation.outage === 0) return
  simulation.outage -= 1
  if (simulation.random() < 0.5) return
  mark(simulation, kind)
  throw new TikError('ledger_unavailable', kind)
}

function injectFault(simulation: Simulation): void {
  const { random, turns, log, workers } = simulation
  const names = [...workers.keys()]
  const name = names[Math.floor(random() * names.length)] ?? ''
  const worker = workers.get(name)
  if (worker === undefined) return
  const die = random()
  if (die < 0.3) {
    turns.kill(name)
    workers.delete(name)
    log.leave(name)
    startWorker(simulation)
    mark(simulation, 'killed')
  } else if (die < 0.6) {
    if (worker.isFrozen) {
      turns.thaw(name)
      log.rejoin(name)
    } else {
      turns.freeze(name)
      log.expel(name)
      mark(simulation, 'stalled')
    }
    worker.isFrozen = !worker.isFrozen
  } else if (die < 0.75) {
    log.expel(name) // It goes on and does not know.
    log.rejoin(name)
    mark(simulation, 'rebalanced')
  } else if (die < 0.9) {
    simulation.outage = Math.floor(random() * 12)
    mark(simulation, 'outage')
  } else {
    // Two that believe to own the same: expelled, still running, told only at the end.
    log.expel(name)
    mark(simulation, 'unaware')
  }
}

function heal(simulation: Simulation): void {
  simulation.outage = 0
  for (const [name, worker] of simulation.workers) {
    simulation.turns.thaw(name)
    worker.isFrozen = false
    simulation.log.rejoin(name)
  }
}

/** What a supervisor does. */
function restartEnded(simulation: Simulation): void {
  for (const [name, worker] of simulation.workers) {
    if (!worker.done) continue
    simulation.workers.delete(name)
    simulation.log.leave(name)
    startWorker(simulation)
  }
}
