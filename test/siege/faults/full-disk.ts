/** Little room is left when the command begins, and room is made afterwards. */
import { describeRun, isDone } from '../scene.ts'
import type { Scene } from '../scene.ts'

/** More than any step writes; the least is none at all. */
const FREE_BYTES_MAX = 16_777_216
/** Most of the amounts are small. */
const SMALLNESS = 4

export async function fillDisk(scene: Scene): Promise<void> {
  const { disk } = scene.site
  if (disk === undefined) return
  disk.fill(Math.floor(scene.random() ** SMALLNESS * FREE_BYTES_MAX))
  try {
    const run = await scene.run()
    if (isDone(run)) return
    scene.mark(`disk full, in ${scene.step.name}`)
    if (!/\broom\b/.test(run.stderr)) {
      scene.find(`${scene.step.name} on a full disk does not say so: ${describeRun(run)}`)
    }
  } finally {
    disk.makeRoom()
  }
}
