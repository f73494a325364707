/** Checks the golden tables of one mutant after the other: see golden-mutants.ts. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'

const { folders, first } = z
  .object({ folders: z.array(z.string()), first: z.int() })
  .parse(workerData)

for (const [index, folder] of folders.entries()) {
  if (index < first) continue
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage({ index, isSeen: await isSeen(folder) })
}

/** A mutant that throws is seen as well as one that gives another row. */
async function isSeen(folder: string): Promise<boolean> {
  try {
    const path = join(folder, 'test/rating/check-golden.ts')
    const loaded: unknown = await import(pathToFileURL(path).href)
    if (typeof loaded !== 'object' || loaded === null) return true
    const { firstDifference }: { firstDifference?: unknown } = loaded
    if (typeof firstDifference !== 'function') return true
    const difference: unknown = Reflect.apply(firstDifference, undefined, [])
    return difference !== undefined
  } catch {
    return true
  }
}
