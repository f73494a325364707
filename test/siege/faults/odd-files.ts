/** A spool folder full of what nobody should put there, beside the files of the day. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
} from 'node:fs'
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { filesOf, makeOld, spoolOf } from '../day.ts'
import { describeRun, isDone } from '../scene.ts'
import type { Scene } from '../scene.ts'
import { hand } from '../site.ts'

const SOURCE = 'pbx-rotterdam'
/** Unpacks to a thousand times its size, and is quick to make. */
const BOMB_BYTES = 100_000_000
const GARBAGE_BYTES = 20_000
const GROWS_EVERY_MS = 40
const GROWS_BYTES = 700

/** As long as a name may be: nothing can be added to it. */
const LONG_NAME = `${'n'.repeat(251)}.gif`
const NAME_SHOWN = 30
const FILE_AND_REASON = 2

interface OddFile {
  readonly name: string
  /** Set aside with its reason; the others stay where they are. */
  readonly isRefused: boolean
  readonly make: (path: string, random: () => number) => unknown
}

const ODD_FILES: readonly OddFile[] = [
  { name: 'link-to-passwd', isRefused: false, make: (path) => symlinkSync('/etc/passwd', path) },
  { name: 'link-to-itself', isRefused: false, make: (path) => symlinkSync(path, path) },
  { name: 'pipe.csv', isRefused: false, make: (path) => execFileSync('mkfifo', [path]) },
  { name: 'folder.csv', isRefused: false, make: (path) => mkdirSync(path) },
  { name: 'half.csv.part', isRefused: false, make: (path) => writeFileSync(path, 'half') },
  { name: 'closed.csv', isRefused: true, make: (path) => writeFileSync(path, '"a","b"\n') },
  { name: 'bomb.csv.gz', isRefused: true, make: (path) => writeFileSync(path, bomb()) },
  { name: 'cut.csv.gz', isRefused: true, make: (path) => writeFileSync(path, cutGzip()) },
  { name: 'garbage \u001b[31m\n.bin', isRefused: true, make: writeGarbage },
  {
    name: `${'n'.repeat(251)}.gif`,
    isRefused: true,
    make: (path) => writeFileSync(path, 'GIF89a\0'),
  },
]

export async function putOddFiles(scene: Scene): Promise<void> {
  const { site, random } = scene
  const folder = spoolOf(site, SOURCE)
  for (const { name, make } of ODD_FILES) {
    const path = join(folder, name)
    make(path, random)
    if (name.endsWith('.csv') || name.endsWith('.gz') || name.endsWith('.bin')) age(path)
  }
  age(join(folder, LONG_NAME))
  hand(site, folder)
  const closed = join(folder, 'closed.csv')
  if (site.user !== undefined) execFileSync('chown', ['0:0', closed])
  chmodSync(closed, 0)

  const growing = startGrowing(scene)
  try {
    const run = await scene.run()
    if (!isDone(run)) scene.find(`odd files stop the others: ${describeRun(run)}`)
  } finally {
    growing.stop()
  }
  checkAside(scene, folder)
  for (const name of ['link-to-passwd', 'link-to-itself', 'pipe.csv'])
    unlinkSync(join(folder, name))
}

function checkAside(scene: Scene, folder: string): void {
  const quarantine = join(folder, 'quarantine')
  const aside = existsSync(quarantine) ? readdirSync(quarantine) : []
  for (const { name, isRefused } of ODD_FILES) {
    const begin = name.slice(0, NAME_SHOWN)
    const shown = JSON.stringify(begin)
    if (isRefused) {
      const count = aside.filter((other) => other.startsWith(begin)).length
      if (count === FILE_AND_REASON) scene.mark(`${shown} set aside`)
      else scene.find(`${shown} is not in quarantine with its reason`)
    } else if (readdirSync(folder).includes(name)) scene.mark(`${shown} left alone`)
    else scene.find(`${shown} was taken away`)
  }
}

/** A file of a later day that is being written while others are taken in. */
function startGrowing({ site, mark }: Scene) {
  const [file] = filesOf(site.company.weeks[3] ?? '').filter(({ source }) => source === SOURCE)
  if (file === undefined) throw new Error('every week has a file of each source')
  const bytes = readFileSync(file.path)
  const path = join(spoolOf(site, SOURCE), file.name)
  let written = 0
  const grow = (count: number): void => {
    appendFileSync(path, bytes.subarray(written, written + count))
    written += count
    makeOld(path, 'just now')
  }
  grow(GROWS_BYTES)
  hand(site, path)
  const timer = setInterval(() => grow(GROWS_BYTES), GROWS_EVERY_MS)
  return {
    stop() {
      clearInterval(timer) // Its writer finishes it on its day.
      mark('file that grew meanwhile')
    },
  }
}

function age(path: string): void {
  if (!existsSync(path)) return
  makeOld(path)
}

function bomb(): Buffer {
  return gzipSync(Buffer.alloc(BOMB_BYTES))
}

function cutGzip(): Buffer {
  return gzipSync(Buffer.from('"1","2","3"\n'.repeat(1_000))).subarray(0, 40)
}

function writeGarbage(path: string, random: () => number): void {
  const bytes = Buffer.from(Array.from({ length: GARBAGE_BYTES }, () => Math.floor(random() * 256)))
  writeFileSync(path, Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47]), bytes]))
}
