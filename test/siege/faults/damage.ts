/**
 * Between two commands something that the disk holds is damaged: `tik verify` must say so, or all its
 * rows are right nevertheless. Then it is mended as the words of tik advise: `tik rebuild` for a ledger,
 * and a backup for what no file has.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { chooseOf } from '../choose.ts'
import { damageFile, WAYS } from '../damage-file.ts'
import type { Way } from '../damage-file.ts'
import { filesOfParts } from '../ledger-parts.ts'
import { describeRun, isDone, saysWhy, someKill, someWrites } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { putCopy } from '../site.ts'

type Part = 'ledger' | 'archive' | 'invoices' | 'operations'

const ARCHIVED = /^[0-9a-f]{16}-.+\.(csv|gz)$/
const DOCUMENT = /\.(pdf|csv)$/
/** The operations engine has no sums over its pages: only what it cannot do without is tried. */
const NEEDED = /(^|\/)(PG_VERSION|pg_control|[0-9A-F]{24})$/
const HARD_WAYS: readonly Way[] = ['truncated', 'removed']
/** Where the money is. */
const LEDGER_SHARE = 0.6
const ROWS_SHARE = 0.75
const DATA_SHARE = 0.5
const BACKUP_SHARE = 0.3
const KILLED_REBUILD_SHARE = 0.4

export async function damageSomething(scene: Scene): Promise<void> {
  const { site, random } = scene
  const part: Part =
    random() < LEDGER_SHARE ? 'ledger' : chooseOf(['archive', 'invoices', 'operations'], random)
  const files = filesOf(part, scene)
  if (files.length === 0) return
  const file = chooseOf(files, random)
  const chosen = part === 'operations' ? chooseOf(HARD_WAYS, random) : chooseOf(WAYS, random)
  // An empty file can only go away.
  const way = statSync(join(site.dataFolder, file)).size === 0 ? 'removed' : chosen
  const backup = join(site.folder, 'backup')
  putCopy(site.dataFolder, backup)
  damageFile(join(site.dataFolder, file), way, random)
  const run = await scene.run(['verify'])
  const isSaid = run.status !== 0
  if (isSaid) scene.mark(`${part} damaged (${way}), and said`)
  else if (part === 'ledger') scene.mark('ledger damaged, and every row is right')
  else if (part === 'operations') scene.mark('operations damaged where nobody looks')
  else scene.find(`${file} was ${way} and verify is silent: ${describeRun(run)}`)
  if (part === 'ledger' && isSaid && random() >= BACKUP_SHARE && (await rebuild(scene))) return
  // What a damaged operations store did not refuse, it may have changed: everything is put back.
  if (part === 'operations') putCopy(backup, site.dataFolder)
  else putCopy(join(backup, part), join(site.dataFolder, part))
}

/** Whether the ledger is whole again. It need not be where rows are lost that are in no file. */
async function rebuild(scene: Scene): Promise<boolean> {
  const { site, random } = scene
  if (random() < KILLED_REBUILD_SHARE) {
    const kill = { how: someKill(scene), atWrites: someWrites(scene) }
    const killed = await scene.run(['rebuild'], kill)
    if (killed.isKilled) scene.mark(`${kill.how}, in rebuild`)
  }
  const run = await scene.run(['rebuild'])
  for (const name of readdirSync(site.dataFolder)) {
    const isOld = name.startsWith('ledger-damaged')
    if (isOld) rmSync(join(site.dataFolder, name), { recursive: true })
  }
  if (isDone(run) && run.status === 0) {
    scene.mark('ledger mended by tik rebuild')
    return true
  }
  const isSaid = saysWhy(run) || run.status === 1
  const isAllInFiles = !HAVE_CORRECTIONS.has(scene.step.name)
  if (isAllInFiles || !isSaid)
    scene.find(`rebuild does not mend: ${describeRun(run)} ${run.stdout}`)
  scene.mark('rebuild named rows that are in no file')
  return false
}

/** Before these the ledger may have rows of a replay or of a rerate. */
const HAVE_CORRECTIONS: ReadonlySet<Scene['step']['name']> = new Set([
  'rerate',
  'third files',
  'packed files',
  'limit mails',
  'bill run',
  'invoice mails',
  'late mails',
])

/** Paths below the data folder. */
function filesOf(part: Part, { site, random }: Scene): string[] {
  if (part !== 'ledger') {
    const pattern = { archive: ARCHIVED, invoices: DOCUMENT, operations: NEEDED }[part]
    return filesIn(site.dataFolder, part).filter((path) =>
      pattern.test(path.slice(part.length + 1)),
    )
  }
  const table = random() < ROWS_SHARE ? 'usage_ledger' : 'source_files'
  const files = filesOfParts(site.dataFolder, table)
  const data = files.filter((path) => path.endsWith('/data.bin'))
  return random() < DATA_SHARE ? data : files
}

function filesIn(dataFolder: string, part: Part): string[] {
  const folder = join(dataFolder, part)
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dataFolder.length + 1))
    .sort()
}
