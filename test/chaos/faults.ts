/**
 * What a seed does to an installation. It only does; whether it had the effect that it was meant to
 * have is read afterwards from logs and rows (marks.ts).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openOperations } from '../../src/postgres/operations-store.ts'
import { batchesRecorded } from './ledger-facts.ts'
import type { Installation } from './installation.ts'
import { SESSION_TIMEOUT_MS } from './lab.ts'
import type { ChaosProcess } from './process.ts'
import type { StopOrder } from './worker.ts'

/** A worker that stood still, and what the others did meanwhile. */
export interface Standstill {
  /** Where it stopped itself; undefined when it was stopped anywhere. */
  readonly place: StopOrder | undefined
  readonly wasKilled: boolean
  /** Another worker of its stage opened a partition, as their logs say. */
  readonly isTakenOver: boolean
  /** Commits in the ledger; undefined when it could not be asked. */
  readonly commitsMeanwhile: number | undefined
}

export interface InjectedFaults {
  readonly counts: Readonly<Record<string, number>>
  readonly standstills: readonly Standstill[]
}

type Fault = readonly [weight: number, kind: string, inject: () => Promise<void>]

const SHORT_STALL_MS_MAX = 900
/** Longer than the session, and long enough for somebody else to commit more than the token window. */
const LONG_STALL_MS = { least: SESSION_TIMEOUT_MS * 1.6, most: SESSION_TIMEOUT_MS * 2.8 }
const PAUSE_MS = { least: 200, most: 800 }
/** How long an insert is waited for by whoever wants to stop a worker at one. */
const INSERT_WAIT_MS_MAX = 3_000
const POLL_MS = 20

/** Injects one fault after the other until the time is over; several overlap. */
export async function injectFaults(
  installation: Installation,
  random: () => number,
  untilMs: number,
): Promise<InjectedFaults> {
  const counts: Record<string, number> = {}
  const standstills: Standstill[] = []
  const running = new Map<Promise<void>, string>()
  while (performance.now() < untilMs) {
    const [, kind, inject] = choose(faultsOf(installation, random, standstills), random)
    const isOneOfAKind = ONE_OF_A_KIND.some((part) => kind.startsWith(part))
    const isTaken = [...running.values()].some(
      (other) => other.split(' ')[0] === kind.split(' ')[0],
    )
    const isEnough = kind === 'broker killed' && counts[kind] !== undefined
    if (!(isOneOfAKind && isTaken) && !isEnough) {
      counts[kind] = (counts[kind] ?? 0) + 1
      const fault = inject()
      running.set(fault, kind)
      void fault.finally(() => running.delete(fault))
    }
    await sleep(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least))
  }
  await Promise.all(running.keys())
  return { counts, standstills }
}

/** What there is only one of is hit by one fault at a time. */
const ONE_OF_A_KIND = ['broker', 'stores']

function faultsOf(
  installation: Installation,
  random: () => number,
  standstills: Standstill[],
): readonly Fault[] {
  const { rating, mediation, alerts, stores, lab } = installation
  const others = [...mediation, ...alerts]
  const anybody = () => (random() < 0.7 ? rating : others)
  const longMs = LONG_STALL_MS.least + random() * (LONG_STALL_MS.most - LONG_STALL_MS.least)
  const shortMs = random() * SHORT_STALL_MS_MAX
  const downMs = random() * 1_000
  const stand = (worker: ChaosProcess, ms: number) => standStill(worker, ms, installation)
  const isKilled = random() < 0.4
  const place = random() < 0.6 ? 'stop before insert' : 'stop after insert'
  const atInsert = async (worker: ChaosProcess): Promise<void> => {
    if (!(await stopAtInsert(worker, place))) return
    const standstill = await stand(worker, isKilled ? shortMs : longMs)
    standstills.push({ ...standstill, place, wasKilled: isKilled })
    if (isKilled) await worker.kill(downMs)
  }
  const longStall = async (worker: ChaosProcess): Promise<void> => {
    standstills.push(await stand(worker, longMs))
  }
  return [
    [24, 'worker killed', () => hold(anybody(), random, (one) => one.kill(downMs))],
    [14, 'worker stalled', () => hold(anybody(), random, (one) => stallBriefly(one, shortMs))],
    [18, 'worker stalled past its session', () => hold(anybody(), random, longStall)],
    [26, `worker stopped at an insert`, () => hold(rating, random, atInsert)],
    [9, 'stores killed', () => stores.kill(300 + downMs * 2)],
    [3, 'broker killed', () => lab.kafka.restart()],
    [16, 'reference data changed', () => changeReference(installation)],
    [4, 'broker stalled', () => stallBroker(installation, longMs / 2)],
  ]
}

/** Does something to one process that nobody else holds. */
async function hold(
  processes: readonly ChaosProcess[],
  random: () => number,
  work: (one: ChaosProcess) => Promise<void>,
): Promise<void> {
  const idle = processes.filter((one) => !one.isBusy)
  const chosen = idle[Math.floor(random() * idle.length)]
  if (chosen === undefined) return
  chosen.isBusy = true
  await work(chosen)
  chosen.isBusy = false
}

async function stallBriefly(worker: ChaosProcess, ms: number): Promise<void> {
  worker.stop()
  await sleep(ms)
  worker.resume()
}

/** Orders a worker to stop itself at its next insert. False when none came, and none will. */
async function stopAtInsert(worker: ChaosProcess, place: StopOrder): Promise<boolean> {
  const before = stopsOf(worker)
  worker.order(place)
  const deadlineMs = performance.now() + INSERT_WAIT_MS_MAX
  while (performance.now() < deadlineMs) {
    if (stopsOf(worker) > before) return true
    await sleep(POLL_MS)
  }
  worker.order('never mind')
  await sleep(POLL_MS)
  worker.resume() // It may have stopped in the last moment.
  return false
}

function stopsOf(worker: ChaosProcess): number {
  return worker.log().split('"chaos_stopped"').length
}

async function standStill(
  worker: ChaosProcess,
  ms: number,
  { rating, mediation, alerts, clickhouse }: Installation,
): Promise<Standstill> {
  worker.stop()
  const stage = [rating, mediation, alerts].find((workers) => workers.includes(worker)) ?? []
  const others = stage.filter((one) => one !== worker)
  const opened = () => others.reduce((sum, one) => sum + openingsOf(one), 0)
  const openedBefore = opened()
  const commitsBefore = await batchesRecorded(clickhouse)
  await sleep(ms)
  const commitsAfter = await batchesRecorded(clickhouse)
  const isTakenOver = opened() > openedBefore
  worker.resume()
  const isKnown = commitsBefore !== undefined && commitsAfter !== undefined
  const commitsMeanwhile = isKnown ? commitsAfter - commitsBefore : undefined
  return { place: undefined, wasKilled: false, isTakenOver, commitsMeanwhile }
}

function openingsOf(worker: ChaosProcess): number {
  return [...worker.log().matchAll(/"event":"(partition|source)_opened"/g)].length
}

/** Workers take over what is the same in content, and must lose no balance by it. */
async function changeReference({ lab }: Installation): Promise<void> {
  try {
    await using operations = await openOperations({ url: lab.postgresUrl })
    await operations.execute('UPDATE directory_version SET version = version + 1', [])
  } catch {
    // The stores are down: what was not changed is not taken over.
  }
}

async function stallBroker({ lab }: Installation, ms: number): Promise<void> {
  lab.kafka.pause()
  await sleep(ms)
  lab.kafka.resume()
}

function choose(faults: readonly Fault[], random: () => number): Fault {
  const total = faults.reduce((sum, [weight]) => sum + weight, 0)
  let left = random() * total
  for (const fault of faults) {
    left -= fault[0]
    if (left < 0) return fault
  }
  throw new Error('the weights add up')
}
