/** Which fault hits a step: the seed decides, by weights. */
import type { StepName } from './day.ts'
import { damageSomething } from './faults/damage.ts'
import { fillDisk } from './faults/full-disk.ts'
import { killIt } from './faults/kill.ts'
import { putOddFiles } from './faults/odd-files.ts'
import { takePermission } from './faults/permissions.ts'
import type { Scene } from './scene.ts'

export type Fault = (scene: Scene) => Promise<void>

const FAULTS: readonly (readonly [weight: number, fault: Fault])[] = [
  [45, killIt],
  [20, fillDisk],
  [15, takePermission],
  [20, damageSomething],
]

export function faultOf(step: StepName, random: () => number): Fault {
  if (step === 'second files') return putOddFiles // Always, and nothing else there.
  const total = FAULTS.reduce((sum, [weight]) => sum + weight, 0)
  let left = random() * total
  for (const [weight, fault] of FAULTS) {
    left -= weight
    if (left < 0) return step === 'accounts' && fault === damageSomething ? killIt : fault
  }
  throw new Error('the weights add up')
}
