/** What a killed process left half written in a data folder. Whoever holds the folder's lock may take it away. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSubfolder } from './data-folder.ts'

/** A copy under way into the archive, and files that get their name when they are whole. The catalogue is the user's. */
const LEFTOVER = /^staged-|\.part$/

const SWEPT: readonly DataSubfolder[] = ['archive', 'mails', 'exports']

export function sweepLeftovers(dataFolder: string): void {
  for (const name of SWEPT) {
    const folder = join(dataFolder, name)
    for (const file of namesIn(folder).filter((one) => LEFTOVER.test(one))) {
      rmSync(join(folder, file), { recursive: true, force: true })
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // Not there yet, or not readable: whoever needs it says so.
  }
}
