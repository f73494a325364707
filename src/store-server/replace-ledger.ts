/**
 * A rebuilt ledger takes the place of the damaged one by two renames. It is marked as whole before the
 * first: whoever opens the folder after a kill finds the old ledger in its place, or a whole new one
 * that only lacks the second rename, and makes it.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const LEDGER = 'ledger'
const REBUILDING = 'ledger-rebuilding'
const SALVAGE = 'ledger-salvage'
/** Lies in a rebuilt ledger that is whole. */
const MARK = 'REBUILT'

export interface RebuildFolders {
  readonly ledger: string
  /** Where the new one is made. */
  readonly rebuilding: string
  /** What could be read of the old one. */
  readonly salvage: string
}

/** Both working folders are gone: nothing of an earlier try is used. */
export function rebuildFolders(dataFolder: string): RebuildFolders {
  sweepRebuild(dataFolder)
  return {
    ledger: join(dataFolder, LEDGER),
    rebuilding: join(dataFolder, REBUILDING),
    salvage: join(dataFolder, SALVAGE),
  }
}

/** Returns where the old ledger lies now; '' when there was none. Both must be closed. */
export function replaceLedger(dataFolder: string, nowMs: number): string {
  const { ledger, rebuilding } = foldersOf(dataFolder)
  writeFileSync(join(rebuilding, MARK), '')
  for (const path of [join(rebuilding, MARK), rebuilding]) sync(path)
  const kept = freeName(dataFolder, nowMs)
  const hadOne = existsSync(ledger)
  if (hadOne) renameSync(ledger, kept)
  sync(dataFolder)
  takePlace(dataFolder)
  return hadOne ? kept : ''
}

/** Finishes what a killed rebuild had begun to put in place, or takes away what it had begun to make. */
export function sweepRebuild(dataFolder: string): void {
  const { ledger, rebuilding, salvage } = foldersOf(dataFolder)
  if (existsSync(join(rebuilding, MARK)) && !existsSync(ledger)) takePlace(dataFolder)
  rmSync(join(ledger, MARK), { force: true })
  for (const path of [rebuilding, salvage]) rmSync(path, { recursive: true, force: true })
}

function takePlace(dataFolder: string): void {
  const { ledger, rebuilding } = foldersOf(dataFolder)
  renameSync(rebuilding, ledger)
  sync(dataFolder)
  rmSync(join(ledger, MARK), { force: true })
}

function foldersOf(dataFolder: string): RebuildFolders {
  const at = (name: string) => join(dataFolder, name)
  return { ledger: at(LEDGER), rebuilding: at(REBUILDING), salvage: at(SALVAGE) }
}

/** `ledger-damaged-2026-11-30`, with a number when that one is kept already. */
function freeName(dataFolder: string, nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const base = join(dataFolder, `ledger-damaged-${day}`)
  let name = base
  for (let number = 2; existsSync(name); number += 1) name = `${base}-${number}`
  return name
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
