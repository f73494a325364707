/** Paths of the files that this process has open: for tests that nothing stays so. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = '/proc/self/fd'

/** None on a system that does not say it. */
export function openFiles(): string[] {
  if (!existsSync(FOLDER)) return []
  return readdirSync(FOLDER).flatMap((name) => {
    try {
      return [readlinkSync(join(FOLDER, name))]
    } catch {
      return [] // The folder itself was open while it was read.
    }
  })
}
