/**
 * Where a siege takes place: a data folder in a small file system of its own, and a user who heeds
 * permissions. What a machine does not let us have is left out, and said.
 */
import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Company } from './company.ts'
import { writeCompany } from './company.ts'

export interface Site {
  /** Of this invocation: input, backups, the small disk. */
  readonly folder: string
  readonly dataFolder: string
  readonly company: Company
  /** Undefined: commands run as whoever runs the siege. */
  readonly user: User | undefined
  /** Undefined where nothing can be mounted. */
  readonly disk: SmallDisk | undefined
  /** What is left out on this machine, and why. */
  readonly skipped: readonly string[]
  close(): void
}

export interface User {
  readonly uid: number
  readonly gid: number
}

export interface SmallDisk {
  readonly path: string
  /** Leaves so many bytes. */
  fill(freeBytes: number): void
  makeRoom(): void
}

/** `nobody`, everywhere. */
const NOBODY: User = { uid: 65_534, gid: 65_534 }
/** A data folder takes 60 MB, most of it the operations store. */
const DISK_BYTES = 201_326_592

export function openSite(): Site {
  const folder = mkdtempSync(join(tmpdir(), 'tik-siege-'))
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? NOBODY : undefined
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const skipped: string[] = []
  const disk = mountDisk(join(folder, 'disk'))
  if (disk === undefined) skipped.push('full disk: nothing can be mounted here')
  mkdirSync(join(folder, 'disk'), { recursive: true })
  const company = writeCompany(folder)
  const site: Site = {
    folder,
    dataFolder: join(folder, 'disk', 'data'),
    company,
    user,
    disk,
    skipped,
    close() {
      if (disk !== undefined) execFileSync('umount', ['--lazy', disk.path])
      rmSync(folder, { recursive: true, force: true })
    },
  }
  hand(site, join(folder, 'disk'))
  return site
}

/** Everything below the path belongs to the user of the site. */
export function hand({ user }: Site, path: string): void {
  if (user === undefined) return
  execFileSync('chown', ['-R', '-h', `${user.uid}:${user.gid}`, path])
}

/** Replaces a folder by a copy, rights and owners included. */
export function putCopy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true })
  execFileSync('cp', ['-a', from, to])
}

function mountDisk(path: string): SmallDisk | undefined {
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', path], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  const balloon = join(path, 'balloon')
  return {
    path,
    fill(freeBytes) {
      const { bavail, bsize } = statfsSync(path)
      const bytes = Math.max(0, bavail * bsize - freeBytes)
      execFileSync('fallocate', ['-l', String(Math.max(bytes, 1)), balloon])
    },
    makeRoom: () => rmSync(balloon, { force: true }),
  }
}

/** A file of the site's user, as old as it should look. */
export function writeAs({ user }: Site, path: string | Buffer, bytes: Buffer | string): void {
  writeFileSync(path, bytes)
  if (user !== undefined) chownSync(path, user.uid, user.gid)
}
