/**
 * A folder that suppliers put files into. A file is picked up by renaming it, which only one process
 * can do, and leaves for the folder `done`, or for `quarantine` with a file that says why. What a
 * killed run had picked up is taken up again by the next one.
 */
import { isUtf8 } from 'node:buffer'
import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { TikError } from '../core/failures/errors.ts'
import type { FolderSource } from '../ingest/sources.ts'
import type { IngestedFile } from './ingest-files.ts'

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
  const left = new Set(readdirSync(picked))
  for (const { name, path } of readyFiles(folder, nowMs).slice(0, PICKED_FILES_MAX - left.size)) {
    // One of the same name that was left behind goes first; this one waits for the next round.
    if (left.has(name)) continue
    try {
      renameSync(path, join(picked, name))
      left.add(name)
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
  const path = freePath(to, fittingName(basename(file.path)))
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

interface ReadyFile {
  /** As text: bytes of the name that are no UTF-8 are written %XX, a long one is cut, and both stay so. */
  readonly name: string
  /** As it is on the disk. */
  readonly path: Buffer
}

function readyFiles({ path, settleMs }: FolderSource, nowMs: number): ReadyFile[] {
  return readdirSync(path, { withFileTypes: true, encoding: 'buffer' })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: fittingName(nameAsText(entry.name)), path: pathIn(path, entry.name) }))
    .filter((file) => {
      if (!isReadyName(file.name)) return false
      const status = statSync(file.path, { throwIfNoEntry: false })
      return status !== undefined && nowMs - status.mtimeMs >= settleMs
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
}

/** What file systems allow (255 bytes), less what `putAway` adds: `~10000` and `.reason.txt`. */
const NAME_BYTES_MAX = 238
const ENDING_CHARACTERS_MAX = 20

/** Cut before its ending; two names that become one are taken one after the other. */
function fittingName(name: string): string {
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX) return name
  const ending = extname(name).slice(0, ENDING_CHARACTERS_MAX)
  let room = NAME_BYTES_MAX - Buffer.byteLength(ending)
  let kept = ''
  for (const character of name) {
    room -= Buffer.byteLength(character)
    if (room < 0) break
    kept += character
  }
  return kept + ending
}

function nameAsText(name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8')
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase()}`,
  ).join('')
}

function pathIn(folder: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(join(folder, '/')), name])
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
