/**
 * A folder that suppliers put files into. A file is picked up by renaming it, which only one process
 * can do, and leaves for the folder `done`, or for `quarantine` with a file that says why. What a
 * killed run had picked up is taken up again by the next one.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { TikError } from '../core/errors.ts'
import type { SourceConfig } from './format.ts'
import type { IngestedFile } from './ingest-files.ts'

export interface FolderSource {
  readonly source: SourceConfig
  readonly path: string
  readonly done: string
  readonly quarantine: string
  /** A file that changed more recently is still being written. */
  readonly settleMs: number
}

/** Files picked up at a time; the next round takes the rest. */
export const PICKED_FILES_MAX = 10_000
/** Files of one name in a folder. */
const SAME_NAME_MAX = 10_000

/**
 * Paths of the files that are now ours, by name. `owner` names who picks up, the same from run to
 * run. Throws `file_missing` when there is no such folder.
 */
export function pickUp(folder: FolderSource, owner: string, nowMs: number): string[] {
  if (!existsSync(folder.path)) {
    throw new TikError('file_missing', `there is no folder ${folder.path}`, {
      hint: `it is the folder of source ${folder.source.sourceId} in sources.yaml`,
    })
  }
  const picked = join(folder.path, `.picked-${owner}`)
  mkdirSync(picked, { recursive: true })
  const left = readdirSync(picked).sort()
  for (const name of readyFiles(folder, nowMs).slice(0, PICKED_FILES_MAX - left.length)) {
    // One of the same name that was left behind goes first; this one waits for the next round.
    if (left.includes(name)) continue
    try {
      renameSync(join(folder.path, name), join(picked, name))
    } catch (error) {
      if (!isMissing(error)) throw error // Else another process was faster.
    }
  }
  return readdirSync(picked)
    .sort()
    .map((name) => join(picked, name))
}

/** Moves a file that was picked up to where it belongs; a refused one with its reasons beside it. */
export function putAway(file: IngestedFile, folder: FolderSource): string {
  const to = file.state === 'refused' ? folder.quarantine : folder.done
  mkdirSync(to, { recursive: true })
  const path = freePath(to, basename(file.path))
  if (file.state === 'refused') {
    writeFileSync(`${path}.reason.txt`, `${file.problems.join('\n')}\n`)
  }
  try {
    renameSync(file.path, path)
  } catch (cause) {
    throw new TikError('config_invalid', `${file.path} cannot be moved to ${to}`, {
      hint: 'the folders of a source must be on one file system and writable',
      cause,
    })
  }
  return path
}

/** Whether a name is of a file that is complete, as far as names say it. */
export function isReadyName(name: string): boolean {
  return !/^\.|\.(tmp|part|filepart)$/.test(name)
}

function readyFiles({ path, settleMs }: FolderSource, nowMs: number): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isReadyName(entry.name))
    .map((entry) => entry.name)
    .filter((name) => {
      const status = statSync(join(path, name), { throwIfNoEntry: false })
      return status !== undefined && nowMs - status.mtimeMs >= settleMs
    })
    .sort()
}

/** Suppliers use names again; nothing that was put away is overwritten. */
function freePath(folder: string, name: string): string {
  for (let number = 1; number <= SAME_NAME_MAX; number += 1) {
    const path = join(folder, number === 1 ? name : `${name}~${number}`)
    if (!existsSync(path)) return path
  }
  throw new TikError('config_invalid', `${folder} has ${SAME_NAME_MAX} files named ${name}`, {
    hint: 'empty that folder',
  })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
