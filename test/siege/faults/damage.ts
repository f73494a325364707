/**
 * Between two commands something that the disk holds is damaged: `tik verify` must say so, or all its
 * rows are right nevertheless. Then a backup is put back, as the words of tik advise.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { truncateSync, writeSync } from 'node:fs'
import { join, sep } from 'node:path'
import { chooseOf } from '../choose.ts'
import { describeRun } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { putCopy } from '../site.ts'

type Part = 'ledger' | 'archive' | 'invoices' | 'operations'

/** What of a part is worth damaging: its paths below the data folder. */
const TARGETS: Readonly<Record<Part, RegExp>> = {
  ledger: /^ledger\/store\/.+\/\w+_\d+_\d+_\d+\/[^/]+$/,
  archive: /^archive\/[0-9a-f]{16}-[^/]+\.(csv|gz)$/,
  invoices: /\.(pdf|csv)$/,
  operations:
    /^operations\/(PG_VERSION|global\/pg_control|pg_wal\/[0-9A-F]{24}|base\/\d+\/PG_VERSION)$/,
}

const WAYS = ['truncated', 'overwritten', 'removed'] as const
type Way = (typeof WAYS)[number]
const OVERWRITTEN_BYTES = 64

export async function damageSomething(scene: Scene): Promise<void> {
  const { site, random } = scene
  const byPart = (Object.keys(TARGETS) as Part[]).map((part) => ({
    part,
    files: filesIn(site.dataFolder, part).filter((path) => TARGETS[part].test(path)),
  }))
  const there = byPart.filter(({ files: found }) => found.length > 0)
  const ledger = there.find((one) => one.part === 'ledger')
  // Half of the time where the money is.
  const isLedger = ledger !== undefined && random() < 0.5
  const { part, files } = isLedger ? ledger : chooseOf(there, random)
  const file = chooseOf(files, random)
  // The operations engine has no sums over its pages: only what it cannot do without is tried.
  const way =
    part === 'operations' ? chooseOf<Way>(['truncated', 'removed'], random) : chooseOf(WAYS, random)
  const backup = join(site.folder, 'backup')
  putCopy(site.dataFolder, backup)
  damage(join(site.dataFolder, file), way, random)
  const run = await scene.run(['verify'])
  const isSaid = run.status !== 0
  if (isSaid) scene.mark(`${part} damaged (${way}), and said`)
  else if (part === 'ledger') scene.mark('ledger damaged, and every row is right')
  else if (part === 'operations') scene.mark('operations damaged where nobody looks')
  else scene.find(`${file} was ${way} and verify is silent: ${describeRun(run)}`)
  putCopy(part === 'operations' ? backup : join(backup, part), restoredPath(site.dataFolder, part))
}

/** What a damaged operations store did not refuse, it may have changed: everything is put back. */
function restoredPath(dataFolder: string, part: Part): string {
  return part === 'operations' ? dataFolder : join(dataFolder, part)
}

function damage(path: string, way: Way, random: () => number): void {
  const { size } = statSync(path)
  if (way === 'removed') rmSync(path)
  else if (way === 'truncated') truncateSync(path, Math.floor(random() * size))
  else overwrite(path, Math.floor(random() * size))
}

/** Every bit of some bytes is turned, so that they differ from what was there. */
function overwrite(path: string, at: number): void {
  const file = openSync(path, 'r+')
  const bytes = Buffer.alloc(OVERWRITTEN_BYTES)
  const count = readSync(file, bytes, 0, bytes.length, at)
  for (let index = 0; index < count; index += 1) bytes[index] = ~(bytes[index] ?? 0) & 0xff
  writeSync(file, bytes, 0, count, at)
  closeSync(file)
}

/** Paths below the data folder, in one order. */
function filesIn(dataFolder: string, part: Part): string[] {
  const folder = join(dataFolder, part)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataFolder.length + 1))
    .map((path) => path.replaceAll(sep, '/'))
    .sort()
}
