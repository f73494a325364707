/** Which fault hits which step: dealt like cards, so that a whole day has some of each. */
import { chooseOf } from './choose.ts'
import type { StepName } from './day.ts'
import { damageSomething } from './faults/damage.ts'
import { fillDisk } from './faults/full-disk.ts'
import { killIt } from './faults/kill.ts'
import { putOddFiles } from './faults/odd-files.ts'
import { takePermission } from './faults/permissions.ts'
import type { Scene } from './scene.ts'

export type Fault = (scene: Scene) => Promise<void>

/** Of a day; steps beyond them are killed. */
const CARDS: readonly Fault[] = [
  killIt,
  killIt,
  killIt,
  killIt,
  fillDisk,
  fillDisk,
  takePermission,
  takePermission,
  damageSomething,
  damageSomething,
]

export function planFaults(
  steps: Iterable<StepName>,
  random: () => number,
): ReadonlyMap<StepName, Fault> {
  const left = [...CARDS]
  const plan = new Map<StepName, Fault>()
  for (const step of steps) {
    if (step === 'second files') plan.set(step, putOddFiles)
    else if (step === 'accounts') plan.set(step, chooseOf([killIt, fillDisk], random))
    else {
      const card = left.splice(Math.floor(random() * left.length), 1)[0] ?? killIt
      // Between the mended accounts and the replay, verify names the records that could be rated now.
      plan.set(step, step === 'replay' && card === damageSomething ? killIt : card)
    }
  }
  return plan
}
