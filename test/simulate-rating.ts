/**
 * One seed of the simulation: workers that rate one log into one ledger while they are killed,
 * stalled past their session, told that the ledger is away, and given wrong clocks. Afterwards the
 * ledger must be what one worker makes of the same log without any of that.
 */
import { TikError } from '../src/core/failures/errors.ts'
import { createHealth } from '../src/core/watch/health.ts'
import type { LedgerRow } from '../src/core/usage/ledger-row.ts'
import { createLog } from '../src/core/watch/log.ts'
import { createMetrics } from '../src/core/watch/metrics.ts'
import { createDuplicateWindow } from '../src/ledger/duplicates/duplicate-window.ts'
import type { Ledger } from '../src/ledger/ledger.ts'
import { createRater } from '../src/rating/create-rater.ts'
import { createRenewableWindow } from '../src/stream/rating/duplicates-of-worker.ts'
import { createRatingMetrics } from '../src/stream/rating/rating-metrics.ts'
import type { RatingReference } from '../src/stream/rating/rating-partition.ts'
import { runRating } from '../src/stream/rating/run-rating.ts'
import { toUsageMessage } from '../src/stream/message/usage-message.ts'
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
const PARTITIONS = 6
const RECORDS = 180
const WORKERS = 3
const TURNS_WITH_FAULTS = 250
const TURNS_MAX = 20_000
const FAULT_CHANCE = 0.08
/** A write takes longer than what is read beside it. */
const WRITE_TURNS_MAX = 12
const DUPLICATE_CHANCE = 0.1
/** Of data sessions. */
const ABSURD_CHANCE = 0.15
/** No sum can hold it, whatever it costs. */
const ABSURD_BYTES = 9 * 10 ** 15
/** Numbers of balances: an account or a few, so that workers forget all the time. */
const RATER_NUMBERS_MAX = 2_000

interface Worker {
  readonly stop: AbortController
  isFrozen: boolean
  isKilled: boolean
  done: boolean
}

interface Simulation {
  readonly options: SimulationOptions
  readonly random: () => number
  readonly turns: SimulatedTurns
  readonly log: SimulatedLog
  readonly marks: Record<string, number>
  readonly failures: string[]
  readonly workers: Map<string, Worker>
  waiting: { partition: number; value: string }[]
  workersCount: number
  /** Calls of the ledger that fail from now on. */
  outage: number
  /** What the workers rate with: another object, of the same content, when it is replaced. */
  reference: RatingReference
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
    reference: options.world.reference,
  }
  replaceReference(simulation)
  for (let count = 0; count < (options.faults ? WORKERS : 1); count += 1) startWorker(simulation)
  while (turns.turnsCount < TURNS_WITH_FAULTS && options.faults) {
    append(simulation)
    if (random() < FAULT_CHANCE) injectFault(simulation)
    await turns.step()
    restartEnded(simulation)
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
    const isAbsurd = usage.kind === 'data' && random() < ABSURD_CHANCE
    const quantities = { quantity: ABSURD_BYTES, volumeBytes: ABSURD_BYTES }
    const { key, value: text } = toUsageMessage(isAbsurd ? { ...usage, ...quantities } : usage)
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
  const worker = { stop, isFrozen: false, isKilled: false, done: false }
  simulation.workers.set(name, worker)
  const ledger = ledgerOf(name, simulation)
  const clockOffsetMs = options.faults ? Math.floor((random() - 0.5) * 60_000) : 0
  runRating({
    topic: TOPIC,
    consumer: log.join(name),
    admin: { bounds: () => turns.turn(name).then(() => log.bounds()) },
    ledger,
    duplicates: createRenewableWindow(() => createDuplicateWindow(ledger, { directIdsMax: 3 })),
    reference: () => simulation.reference,
    newestReference: () => Promise.resolve(simulation.reference),
    limits: {
      rowsMax: 1 + Math.floor(random() * 20),
      bytesMax: 1_000_000,
      waitMsMax: Math.floor(random() * 300),
    },
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
      if (worker.isKilled) return
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
    async record(batch) {
      const turnsCount = options.faults ? Math.floor(simulation.random() * WRITE_TURNS_MAX) : 0
      for (let turn = 0; turn < turnsCount; turn += 1) await turns.turn(name)
      await call(() => ledger.record(batch))
    },
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
  if (die < 0.2) {
    turns.kill(name)
    worker.isKilled = true
    workers.delete(name)
    log.leave(name)
    startWorker(simulation)
    mark(simulation, 'killed')
  } else if (die < 0.45) {
    if (worker.isFrozen) {
      turns.thaw(name)
      log.rejoin(name)
    } else {
      turns.freeze(name)
      log.expel(name)
      mark(simulation, 'stalled')
    }
    worker.isFrozen = !worker.isFrozen
  } else if (die < 0.6) {
    log.expel(name) // It goes on and does not know.
    log.rejoin(name)
    mark(simulation, 'rebalanced')
  } else if (die < 0.7) {
    simulation.outage = Math.floor(random() * 12)
    mark(simulation, 'outage')
  } else if (die < 0.82) {
    replaceReference(simulation)
    mark(simulation, 'reference replaced')
  } else if (die < 0.92) {
    if (worker.isFrozen || worker.done || worker.stop.signal.aborted) return
    worker.stop.abort() // SIGTERM: it finishes what it took, and a supervisor starts another one.
    mark(simulation, 'stopped')
  } else {
    // Two that believe to own the same: expelled, still running, told only at the end.
    log.expel(name)
    mark(simulation, 'unaware')
  }
}

/** Workers take it over between two batches; with faults its raters hold next to nothing. */
function replaceReference(simulation: Simulation): void {
  const { catalogue, directory, reference } = simulation.options.world
  const balanceNumbersMax = Math.floor(simulation.random() * RATER_NUMBERS_MAX)
  simulation.reference = {
    ...reference,
    createRater: () => {
      const rater = simulation.options.faults
        ? createRater({ catalogue, directory, balanceNumbersMax })
        : createRater({ catalogue, directory })
      return {
        ...rater,
        get isFull() {
          return rater.isFull
        },
        forget() {
          mark(simulation, 'forgotten')
          rater.forget()
        },
      }
    },
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
