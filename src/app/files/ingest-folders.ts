/** Picks up what lies in the folders of sources.yaml, and puts each file away when it is in the ledger. */
import { createHash } from 'node:crypto'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { IngestedFile } from '../../files/ingest-files.ts'
import { pickUp, putAway } from '../../files/pick-up.ts'
import { loadFolderSources, type FolderSource } from '../../ingest/sources.ts'
import { ingestInto, sourcesFileOf } from './ingest-into.ts'
import type { Desk } from '../desk.ts'

/** One round over all folders, or that of one source. Throws `not_found` when none is described. */
export async function* ingestFolders(
  desk: Desk,
  options: {
    readonly source?: string | undefined
    readonly signal?: AbortSignal
    readonly clock?: Clock
  },
): AsyncGenerator<IngestedFile> {
  const folders = foldersOf(desk, options.source)
  const owner = createHash('sha256').update(desk.folder.path).digest('hex').slice(0, 8)
  const nowMs = (options.clock ?? systemClock).nowMs()
  const folderByPath = new Map<string, FolderSource>()
  const failures: unknown[] = []
  for (const folder of folders) {
    try {
      for (const path of pickUp(folder, owner, nowMs)) folderByPath.set(path, folder)
    } catch (error) {
      failures.push(error) // Those of the other folders are taken in first.
    }
  }
  const sourceOf = (path: string) => {
    const folder = folderByPath.get(path)
    if (folder === undefined) throw new Error(`${path} was not picked up`)
    return folder.source
  }
  const { signal, clock } = options
  for await (const file of ingestInto(desk, [...folderByPath.keys()], {
    sourceOf,
    isStrict: true,
    ...(signal === undefined ? {} : { signal }),
    ...(clock === undefined ? {} : { clock }),
  })) {
    const folder = folderByPath.get(file.path)
    if (folder !== undefined) putAway(file, folder)
    yield file
  }
  if (failures.length > 0) throw failures[0]
}

function foldersOf(desk: Desk, sourceId: string | undefined): FolderSource[] {
  const file = sourcesFileOf(desk)
  const folders = loadFolderSources(file).filter(
    ({ source }) => sourceId === undefined || source.sourceId === sourceId,
  )
  if (folders.length > 0) return folders
  const which = sourceId === undefined ? 'no source' : `no source ${sourceId}`
  throw new TikError('not_found', `${which} with a folder is described in ${file}`, {
    hint: 'give it `folder: { path: … }`; src/mediation/README.md lists the fields of a source',
  })
}
