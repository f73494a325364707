/**
 * Changes each operator of the pricing, model, session and allowance code, one at a time, in copies
 * of the tree, and counts for how many the tests of rating fail. A change that no test sees is
 * printed. `node scripts/mutate-rating.ts COPY [FILE…]`: COPY is a folder that may be overwritten.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'

interface Mutant {
  readonly file: string
  readonly line: number
  readonly text: string
}

const FOLDERS = ['price', 'model', 'session', 'allowance'].map((name) => `src/rating/${name}`)
const FILES = [
  'limit/meter',
  'entitlement',
  'balance',
  'lane',
  'lane-index',
  'price-rating',
  'apply-rating',
  'apply-session',
  'sums',
].map((name) => `src/rating/${name}.ts`)
const COPIED = [
  'src',
  'test/rating',
  'fixtures/rating',
  'scripts',
  'package.json',
  'vitest.config.ts',
]
const REPLACEMENTS: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '+=': '-=',
  '-=': '+=',
  'Math.min(': 'Math.max(',
  'Math.max(': 'Math.min(',
  'Math.ceil(': 'Math.floor(',
  'Math.floor(': 'Math.ceil(',
}
/** prettier puts a space on both sides of every operator, and none inside of type arguments. */
const OPERATOR = / (===|!==|<=|>=|\+=|-=|&&|\|\||[-+*/%<>]) |(Math\.(?:min|max|ceil|floor)\()/g
/** Threads end with their process when it is killed; forks would loop on. */
const VITEST = 'node_modules/vitest/vitest.mjs run --bail 1 --reporter dot --pool threads'
const STAGES = ['src/rating', 'test/rating']
const EQUIVALENTS_FILE = 'scripts/rating-equivalent-mutants.txt'
const STAGE_MS_MAX = 120_000
const GOLDEN_MS_MAX = 15_000

const [target = '', ...only] = process.argv.slice(2)
if (target === '') throw new Error('say into which folder the tree may be copied')
const copy = resolve(target)
prepareCopy()
const files = [...FOLDERS.flatMap(sourceFiles), ...FILES].filter(
  (file) => only.length === 0 || only.some((part) => file.includes(part)),
)
const mutants = files.flatMap((file) => mutantsOf(file))
console.log(`${mutants.length} mutants in ${files.length} files`)
const unseen = await notSeenByGolden(mutants)
console.log(`${unseen.length} are not seen by the golden tables`)
const equivalents = unseen.filter(isEquivalent)
const survivors = unseen.filter((mutant) => {
  if (isEquivalent(mutant)) return false
  const isSurvivor = isUnseenByTests(mutant)
  if (isSurvivor) console.log(`survived ${mutant.file}:${mutant.line}   ${mutant.text.trim()}`)
  return isSurvivor
})
const countedCount = mutants.length - equivalents.length
const caughtCount = countedCount - survivors.length
const percent = ((100 * caughtCount) / Math.max(1, countedCount)).toFixed(1)
console.log(`${equivalents.length} cannot be seen by anybody: see ${EQUIVALENTS_FILE}`)
console.log(`caught ${caughtCount} of the other ${countedCount}, ${percent} %`)

function prepareCopy(): void {
  for (const path of COPIED) {
    mkdirSync(join(copy, path, '..'), { recursive: true })
    cpSync(path, join(copy, path), { recursive: true })
  }
  const modules = join(copy, 'node_modules')
  if (!existsSync(modules)) symlinkSync(resolve('node_modules'), modules)
  if (!STAGES.every((stage) => passes(stage))) throw new Error('the tests fail without a mutant')
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(copy, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
}

function mutantsOf(file: string): Mutant[] {
  return readFileSync(join(copy, file), 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      if (/^\s*(\*|\/\/|\/\*|import )/.test(text)) return []
      const code = text.replace(/ \/\/ .*$/, '')
      return [...code.matchAll(OPERATOR)].map((match): Mutant => {
        const operator = match[1] ?? match[2] ?? ''
        const replacement = REPLACEMENTS[operator] ?? operator
        const at = match.index + match[0].indexOf(operator)
        const changed = text.slice(0, at) + replacement + text.slice(at + operator.length)
        return { file, line: index + 1, text: changed }
      })
    })
}

/**
 * The golden tables see most mistakes and are quick: a worker takes one mutant after the other, each
 * in a folder of its own. One that does not end (a changed bound may loop for ever) is seen.
 */
async function notSeenByGolden(all: readonly Mutant[]): Promise<Mutant[]> {
  const folders = all.map((mutant, index) => folderOf(mutant, index))
  const found: Mutant[] = []
  for (let next = 0; next < all.length; next += 1) {
    next = await runWorker(folders, next, (index) => found.push(all[index]!))
  }
  return found
}

/** Runs mutants from `first` on; resolves with the last one that was decided. */
function runWorker(
  folders: readonly string[],
  first: number,
  noteUnseen: (index: number) => void,
): Promise<number> {
  const worker = new Worker(join(copy, 'scripts/mutant-worker.ts'), {
    workerData: { folders, first },
  })
  return new Promise((done, fail) => {
    let last = first
    const endAt = async (index: number): Promise<void> => {
      await worker.terminate()
      done(index)
    }
    let timer = setTimeout(() => void endAt(last), GOLDEN_MS_MAX)
    worker.on('error', fail)
    worker.on('message', ({ index, isSeen }: { index: number; isSeen: boolean }) => {
      clearTimeout(timer)
      if (!isSeen) noteUnseen(index)
      last = index + 1
      if (last === folders.length) void endAt(index)
      else timer = setTimeout(() => void endAt(last), GOLDEN_MS_MAX)
    })
  })
}

/** A folder with the mutant's rating and its tables' reader; everything else is shared. */
function folderOf(mutant: Mutant, index: number): string {
  const folder = join(copy, 'mutants', String(index))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'test'), { recursive: true })
  cpSync(join(copy, 'src/rating'), join(folder, 'src/rating'), { recursive: true })
  cpSync(join(copy, 'test/rating'), join(folder, 'test/rating'), { recursive: true })
  for (const shared of ['src/core', 'src/catalogue']) {
    symlinkSync(join(copy, shared), join(folder, shared))
  }
  writeFileSync(join(folder, mutant.file), mutatedText(mutant))
  return folder
}

function mutatedText({ file, line, text }: Mutant): string {
  const lines = readFileSync(join(copy, file), 'utf8').split('\n')
  return lines.with(line - 1, text).join('\n')
}

/** Listed with the reason why no test can see it. */
function isEquivalent({ file, text }: Mutant): boolean {
  return readFileSync(EQUIVALENTS_FILE, 'utf8')
    .split('\n')
    .map((line) => line.split(' | '))
    .some(([place = '', changed]) => file.endsWith(place) && changed === text.trim())
}

function isUnseenByTests(mutant: Mutant): boolean {
  const path = join(copy, mutant.file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(path, mutatedText(mutant))
  try {
    return STAGES.every((stage) => passes(stage))
  } finally {
    writeFileSync(path, original)
  }
}

/** False when a test fails or does not end. */
function passes(stage: string): boolean {
  const run = spawnSync(process.execPath, [...VITEST.split(' '), stage], {
    cwd: copy,
    env: { ...process.env, RATING_RUNS: '40' },
    stdio: 'ignore',
    timeout: STAGE_MS_MAX,
    killSignal: 'SIGKILL',
  })
  return run.status === 0
}
