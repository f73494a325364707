/** A part of the data folder belongs to somebody else while the command runs, and is given back. */
import { chmodSync, chownSync, existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { chooseOf } from '../choose.ts'
import { describeRun, isDone, saysWhy } from '../scene.ts'
import type { Scene } from '../scene.ts'

const PARTS = [
  '.',
  'archive',
  'catalogue',
  'catalogue/rates.yaml',
  'invoices',
  'ledger',
  'ledger/store',
  'mails',
  'operations',
  'operations/base',
  'sources.yaml',
  'spool/mobiel',
] as const

export async function takePermission(scene: Scene): Promise<void> {
  const there = PARTS.filter((part) => existsSync(join(scene.site.dataFolder, part)))
  const part = chooseOf(there, scene.random)
  const path = join(scene.site.dataFolder, part)
  const giveBack = take(path, scene.site.user !== undefined)
  try {
    const run = await scene.run()
    if (isDone(run)) return // It did not need it.
    scene.mark(`no permission for ${part === '.' ? 'the data folder' : part}`)
    const isNamed = saysWhy(run) || /\b(refused|unfinished)\b/.test(run.stdout)
    if (!isNamed) {
      scene.find(`${scene.step.name} without ${part} does not say why: ${describeRun(run)}`)
    }
  } finally {
    giveBack()
  }
}

/** Where we are root the owner changes too: tik gives itself back what it owns. */
function take(path: string, isRoot: boolean): () => void {
  const { uid, gid, mode } = lstatSync(path)
  if (isRoot) chownSync(path, 0, 0)
  chmodSync(path, 0)
  return () => {
    if (isRoot) chownSync(path, uid, gid)
    chmodSync(path, mode & 0o777)
  }
}
