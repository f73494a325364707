/**
 * Changes each operator of the pricing, model, session and allowance code, one at a time, in a copy
 * of the tree, and counts for how many the tests of rating fail. A change that no test sees is
 * printed. `node scripts/mutate-rating.ts COPY [FILE…]`: COPY is a folder that may be overwritten.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

interface Mutant {
  readonly file: string
  readonly line: number
  readonly operator: string
  readonly replacement: string
  readonly text: string
}

const FOLDERS = ['price', 'model', 'session', 'allowance'].map((name) => `src/rating/${name}`)
const FILES = ['src/rating/limit/meter.ts', 'src/rating/entitlement.ts', 'src/rating/balance.ts']
const COPIED = [
  'src',
  'test/rating',
  'fixtures/rating',
  'scripts/count-reporter.ts',
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
/**
 * The golden tables see most mistakes and are quick; the rest only runs for what they miss. Threads
 * end with their process when it is killed; forks would loop on.
 */
const VITEST = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--bail',
  '1',
  '--reporter',
  'dot',
  '--pool',
  'threads',
]
const STAGES = [
  ['test/rating/check-golden.ts'],
  [...VITEST, 'src/rating'],
  [...VITEST, 'test/rating'],
]
const STAGE_MS_MAX = 60_000

const [copy = '', ...only] = process.argv.slice(2)
if (copy === '') throw new Error('say into which folder the tree may be copied')
prepareCopy(copy)
const files = [...FOLDERS.flatMap(sourceFiles), ...FILES].filter(
  (file) => only.length === 0 || only.some((part) => file.includes(part)),
)
const mutants = files.flatMap((file) => mutantsOf(file))
console.log(`${mutants.length} mutants in ${files.length} files`)
const survivors = mutants.filter((mutant) => {
  const isSurvivor = !isCaught(mutant)
  if (isSurvivor) console.log(`survived ${mutant.file}:${mutant.line}   ${mutant.text.trim()}`)
  return isSurvivor
})
const caughtCount = mutants.length - survivors.length
const percent = ((100 * caughtCount) / Math.max(1, mutants.length)).toFixed(1)
console.log(`caught ${caughtCount} of ${mutants.length}, ${percent} %`)

function prepareCopy(folder: string): void {
  for (const path of COPIED) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    cpSync(path, join(folder, path), { recursive: true })
  }
  const modules = join(folder, 'node_modules')
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
        return { file, line: index + 1, operator, replacement, text: changed }
      })
    })
}

function isCaught(mutant: Mutant): boolean {
  const path = join(copy, mutant.file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    original
      .split('\n')
      .with(mutant.line - 1, mutant.text)
      .join('\n'),
  )
  try {
    return !STAGES.every((stage) => passes(stage))
  } finally {
    writeFileSync(path, original)
  }
}

/** False when a test fails, or does not end: a changed bound may loop for ever. */
function passes(stage: readonly string[]): boolean {
  const run = spawnSync(process.execPath, [...stage], {
    cwd: copy,
    env: { ...process.env, RATING_RUNS: '40' },
    stdio: 'ignore',
    timeout: STAGE_MS_MAX,
    killSignal: 'SIGKILL',
  })
  return run.status === 0
}
