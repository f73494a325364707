/**
 * Who may read a data folder: its owner, or the members of its group too, and nobody else. It holds
 * calls of people and money, and the operations engine would leave its files writable for everybody.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'

export type FolderAccess = 'owner' | 'group'

const RIGHTS = {
  owner: { umask: 0o077, folder: 0o700, file: 0o600 },
  group: { umask: 0o027, folder: 0o750, file: 0o640 },
} as const satisfies Record<FolderAccess, { umask: number; folder: number; file: number }>

const PERMISSIONS = 0o777

/**
 * Creates the folder when needed. From here on this process makes files with these rights only; what
 * lay in the folder with others is mended, which costs a walk through it the first time. Throws
 * the system's error when the folder is not ours.
 */
export function restrictFolder(path: string, access: FolderAccess): void {
  const rights = RIGHTS[access]
  if (isMainThread) process.umask(rights.umask) // A worker thread has its process's.
  mkdirSync(path, { recursive: true, mode: rights.folder })
  const isMended = (lstatSync(path).mode & PERMISSIONS) === rights.folder
  const operations = join(path, 'operations')
  if (!isMended) mend(path, access)
  else if (existsSync(operations)) mend(operations, access) // Its engine heeds no umask.
}

function mend(folder: string, access: FolderAccess): void {
  const rights = RIGHTS[access]
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) mend(path, access)
    else if (entry.isFile()) restrict(path, rights.file)
  }
  restrict(folder, rights.folder) // Last, so that a walk that was cut short begins again.
}

function restrict(path: string, allowed: number): void {
  if ((lstatSync(path).mode & PERMISSIONS) !== allowed) chmodSync(path, allowed)
}
