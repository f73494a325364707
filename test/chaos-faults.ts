/** What a seed does to an installation, and how often each kind really happened. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChaosProcess } from './chaos-process.ts'
import type { Installation } from './chaos-installation.ts'

export type FaultKind =
  | 'worker killed'
  | 'worker stalled'
  | 'worker stalled past its session'
  | 'stores killed'
  | 'broker killed'
  | 'broker stalled'

type Fault = readonly [weight: number, kind: FaultKind, inject: () => Promise<void>]

/** The workers' session timeout is 2 s. */
const SHORT_STALL_MS_MAX = 1_500
const LONG_STALL_MS = { least: 3_000, most: 7_000 }
const PAUSE_MS_MAX = 1_500

/** Injects one fault after the other until the time is over; several may overlap. */
export async function injectFaults(
  installation: Installation,
  random: () => number,
  untilMs: number,
): Promise<Record<string, number>> {
  const marks: Record<string, number> = {}
  const running = new Set<Promise<void>>()
  while (performance.now() < untilMs) {
    const [, kind, inject] = choose(faultsOf(installation, random), random)
    marks[kind] = (marks[kind] ?? 0) + 1
    const fault = inject()
    running.add(fault)
    void fault.finally(() => running.delete(fault))
    await sleep(random() * PAUSE_MS_MAX)
    // The broker and the stores are one of a kind: what hits them is waited for.
    if (kind.startsWith('broker') || kind.startsWith('stores')) await fault
  }
  await Promise.all(running)
  return marks
}

function faultsOf({ rating, mediation, stores, kafka }: Installation, random: () => number) {
  const one = (processes: readonly ChaosProcess[]): ChaosProcess => {
    const chosen = processes[Math.floor(random() * processes.length)]
    if (chosen === undefined) throw new Error('there is no process to hit')
    return chosen
  }
  const worker = () => one(random() < 0.75 ? rating : mediation)
  const longMs = () => LONG_STALL_MS.least + random() * (LONG_STALL_MS.most - LONG_STALL_MS.least)
  const faults: readonly Fault[] = [
    [30, 'worker killed', () => worker().kill(random() * 1_000)],
    [20, 'worker stalled', () => worker().stall(random() * SHORT_STALL_MS_MAX)],
    [25, 'worker stalled past its session', () => one(rating).stall(longMs())],
    [10, 'stores killed', () => stores.kill(random() * 2_000)],
    [6, 'broker killed', () => kafka.restart()],
    [9, 'broker stalled', () => stallBroker(installationBroker(kafka), random() * 2_000)],
  ]
  return faults
}

function installationBroker(kafka: Installation['kafka']) {
  return { pause: () => kafka.pause(), resume: () => kafka.resume() }
}

async function stallBroker(broker: { pause(): void; resume(): void }, ms: number): Promise<void> {
  broker.pause()
  await sleep(ms)
  broker.resume()
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
