/**
 * The catalogue of a running stage: a changed folder is taken over without a restart, once it stands
 * still. What is loaded is the copy in the archive, so that what rated something can always be found
 * again (`tik verify`), even when the folder is changed in the middle of loading.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { DataFolder } from '../store-server/data-folder.ts'
import { loadIntoArchive } from './catalogue-archive.ts'

export interface CatalogueWatch {
  readonly current: Catalogue
  /** Looks at the folder; loads it when it changed before the last look and not since. Never throws. */
  look(): Promise<Catalogue>
}

/** Throws `catalogue_invalid` for the first catalogue; a later one that is wrong is only reported. */
export async function watchCatalogue(
  catalogueFolder: string,
  folder: DataFolder,
  onCheck: (failure: string) => void,
): Promise<CatalogueWatch> {
  let loaded = signatureOf(catalogueFolder)
  let seen = loaded
  let isSound = true
  let current = await loadIntoArchive(catalogueFolder, folder)

  async function look(): Promise<Catalogue> {
    try {
      const found = signatureOf(catalogueFolder)
      const isStill = found === seen
      seen = found
      if (!isStill) return current
      if (found !== loaded) {
        isSound = false
        loaded = found // Also when it is wrong: it is not tried again before it changes.
        current = await loadIntoArchive(catalogueFolder, folder)
        isSound = true
      }
      if (isSound) onCheck('')
    } catch (error) {
      onCheck(error instanceof Error ? error.message : String(error))
    }
    return current
  }

  return {
    get current() {
      return current
    },
    look,
  }
}

/** Names, sizes and times of all files: cheap to compare, and different after every edit. */
function signatureOf(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const lines = entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const { size, mtimeMs, ino } = statSync(path)
      return `${path} ${size} ${mtimeMs} ${ino}`
    })
  return lines.sort().join('\n')
}
