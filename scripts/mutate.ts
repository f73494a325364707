/**
 * Makes the small mistakes of mutants-of.ts in an area of the code, one at a time, in a copy of the
 * tree, and counts for how many a test fails. A change that no test sees is printed.
 * `node scripts/mutate.ts AREA COPY [FILE…]`: AREA is a row of mutation-areas.ts, COPY a folder that
 * may be overwritten, FILE a part of the paths to look at.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { notSeenByGolden } from './golden-mutants.ts'
import { mutantsOf, type Mutant } from './mutants-of.ts'
import { MUTATION_AREAS } from './mutation-areas.ts'

const VITEST = 'node_modules/vitest/vitest.mjs run --bail 1 --reporter dot --pool'
const COPIED = [
  'src',
  'test',
  'fixtures',
  'scripts',
  'clickhouse',
  'postgres',
  'docs',
  'bin',
  'package.json',
  'vitest.config.ts',
]

const [areaName = '', target = '', ...only] = process.argv.slice(2)
const area = MUTATION_AREAS[areaName]
if (area === undefined || target === '') {
  const known = Object.keys(MUTATION_AREAS).join(', ')
  throw new Error(`say which area (${known}), and into which folder the tree may be copied`)
}
const { kinds, pool, stages, stageMsMax } = area
const copy = resolve(target)
const equivalentsFile = `scripts/${areaName}-equivalent-mutants.txt`
await prepareCopy()
const files = area.files.filter(
  (file) => only.length === 0 || only.some((part) => file.includes(part)),
)
const mutants = files.flatMap((file) => mutantsOf(file, textOf(file), kinds))
console.log(`${mutants.length} mutants in ${files.length} files`)
const unseen = area.areGoldenFirst ? await notSeenByGolden(mutants, copy, mutatedText) : mutants
if (area.areGoldenFirst) console.log(`${unseen.length} are not seen by the golden tables`)
const equivalents = unseen.filter(isEquivalent)
const survivors: Mutant[] = []
for (const mutant of unseen) {
  if (isEquivalent(mutant) || !(await isUnseenByTests(mutant))) continue
  survivors.push(mutant)
  console.log(`survived ${mutant.file}:${mutant.line}   ${mutant.text.trim()}`)
}
const countedCount = mutants.length - equivalents.length
const caughtCount = countedCount - survivors.length
const percent = ((100 * caughtCount) / Math.max(1, countedCount)).toFixed(1)
console.log(`${equivalents.length} cannot be seen by anybody: see ${equivalentsFile}`)
console.log(`caught ${caughtCount} of the other ${countedCount}, ${percent} %`)

async function prepareCopy(): Promise<void> {
  for (const path of COPIED) {
    mkdirSync(join(copy, path, '..'), { recursive: true })
    cpSync(path, join(copy, path), { recursive: true })
  }
  const modules = join(copy, 'node_modules')
  if (!existsSync(modules)) symlinkSync(resolve('node_modules'), modules)
  for (const stage of stages) {
    if (!(await passes(stage))) throw new Error(`${stage} fails without a mutant`)
  }
}

function textOf(file: string): string {
  return readFileSync(join(copy, file), 'utf8')
}

function mutatedText({ file, line, text }: Mutant): string {
  return textOf(file)
    .split('\n')
    .with(line - 1, text)
    .join('\n')
}

/** Listed with the reason why no test can see it. */
function isEquivalent({ file, text }: Mutant): boolean {
  return readFileSync(equivalentsFile, 'utf8')
    .split('\n')
    .map((line) => line.split(' | '))
    .some(([place = '', changed]) => file.endsWith(place) && changed === text.trim())
}

async function isUnseenByTests(mutant: Mutant): Promise<boolean> {
  const path = join(copy, mutant.file)
  const original = textOf(mutant.file)
  writeFileSync(path, mutatedText(mutant))
  try {
    for (const stage of stagesOf(mutant.file)) if (!(await passes(stage))) return false
    return true
  } finally {
    writeFileSync(path, original)
  }
}

/** The test beside it first, which knows it best. */
function stagesOf(file: string): readonly string[] {
  const beside = file.replace(/\.ts$/, '.test.ts')
  return existsSync(join(copy, beside)) ? [beside, ...stages] : stages
}

/** False when a test fails or does not end; what it started ends with it. */
async function passes(stage: string): Promise<boolean> {
  const run = spawn(process.execPath, [...VITEST.split(' '), pool, ...stage.split(' ')], {
    cwd: copy,
    env: { ...process.env, RATING_RUNS: '40' },
    stdio: 'ignore',
    detached: true, // A group of its own: a fork of a test that loops would go on without its parent.
  })
  const timer = setTimeout(() => endGroup(run.pid), stageMsMax)
  const [status]: unknown[] = await once(run, 'exit')
  clearTimeout(timer)
  endGroup(run.pid)
  return status === 0
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All of them had ended.
  }
}
