/** The command is killed at a random moment, up to three times in a row. */
import { isDone, someKill, someWrites } from '../scene.ts'
import type { Scene } from '../scene.ts'

const KILLS_MAX = 3
/** A command that was told to stop is waited for by a person. */
const SIGTERM_MS_MAX = 30_000

export async function killIt(scene: Scene): Promise<void> {
  const killsCount = 1 + Math.floor(scene.random() * KILLS_MAX)
  for (let count = 0; count < killsCount; count += 1) {
    const how = someKill(scene)
    const run = await scene.run(undefined, { how, atWrites: someWrites(scene) })
    if (run.isKilled) scene.mark(`${how}, in ${scene.step.name}`)
    if (run.endedMs > SIGTERM_MS_MAX) {
      scene.find(`${scene.step.name}: ended ${Math.round(run.endedMs)} ms after ${how}`)
    }
    if (isDone(run)) return
  }
}
