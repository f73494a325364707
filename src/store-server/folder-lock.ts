/**
 * A lock that lies in the folder itself, so that whoever sees the folder sees it: processes of other containers and
 * network namespaces too. It is a lock of the kernel on a file, as SQLite takes it, and the kernel frees it when its
 * owner dies in whatever way; the file stays, empty, and means nothing. Nothing else of SQLite is used.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TikError } from '../core/failures/errors.ts'

const NAME = 'owner.lock'
/** SQLite's numbers of what can be in the way. */
const BUSY = 5
const READ_ONLY = 8
const CANNOT_OPEN = 14
const NO_LOCKS = 15

/** Undefined where another process, or this one, has it. Frees it when it is disposed. */
export function lockFolder(folder: string): Disposable | undefined {
  const path = join(folder, NAME)
  let file: DatabaseSync | undefined
  try {
    file = new DatabaseSync(path, { timeout: 0 })
    // No journal: it would want room on the disk.
    file.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
  } catch (error) {
    if (file?.isOpen === true) file.close()
    if (numberOf(error) === BUSY) return undefined
    throw lockError(path, error)
  }
  const opened = file
  return { [Symbol.dispose]: () => opened.close() }
}

function lockError(path: string, cause: unknown): unknown {
  const number = numberOf(cause)
  if (number === NO_LOCKS) {
    return new TikError('path_invalid', `the file system of ${path} keeps no locks`, {
      hint: 'put the data folder on a local disk: two processes in it would damage its stores',
      cause,
    })
  }
  if (number !== READ_ONLY && number !== CANNOT_OPEN) return cause
  return new TikError('permission_denied', `${path} cannot be written`, { cause })
}

function numberOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined
}
