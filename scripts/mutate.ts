/**
 * Makes the small mistakes of mutants-of.ts in an area of the code, one at a time, in a copy of the
 * tree, and counts for how many a test fails. A change that no test sees is printed.
 * `node scripts/mutate.ts AREA COPY [FILE…] [--sample N --seed S] [--quick]`: AREA is a row of
 * mutation-areas.ts, COPY a folder that may be overwritten, FILE a part of the paths to look at. A
 * sample takes N of the mutants, evenly over the files; a quick run asks no test that starts commands
 * and none that takes long, so that its score is the least that it can be.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measuredTests, testsOfLine, type MeasuredTest } from './covering-tests.ts'
import { notSeenByGolden } from './golden-mutants.ts'
import { mutantsOf, sampleOf, type Mutant } from './mutants-of.ts'
import { MUTATION_AREAS } from './mutation-areas.ts'
import { runVitest } from './run-vitest.ts'

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
/** Tests that take longer are asked after those that do not, all of a step in one run. */
const STEPS_MS = [3_000, 15_000, 60_000, Infinity]
/** A run that takes this many times as long as it does without a mutant does not end. */
const SLOWER_MAX = 3
const START_MS_MAX = 20_000
/** In a list of equivalents; a changed line may hold one too. */
const SEPARATOR = ' | '

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1725' },
    quick: { type: 'boolean', default: false },
  },
})
const [areaName = '', target = '', ...only] = positionals
const area = MUTATION_AREAS[areaName]
if (area === undefined || target === '') {
  const known = Object.keys(MUTATION_AREAS).join(', ')
  throw new Error(`say which area (${known}), and into which folder the tree may be copied`)
}
const { kinds, pool, tests, commandMsMax } = area
const steps = values.quick ? STEPS_MS.filter((toMs) => toMs < Infinity) : STEPS_MS
const byCommand = values.quick ? [] : area.byCommand
const copy = resolve(target)
const equivalentsFile = `scripts/${areaName}-equivalent-mutants.txt`
let endlessCount = 0
prepareCopy()
const files = area.files.filter(
  (file) => only.length === 0 || only.some((part) => file.includes(part)),
)
const all = files.flatMap((file) => mutantsOf(file, textOf(file), kinds))
const mutants =
  values.sample === undefined ? all : sampleOf(all, Number(values.sample), Number(values.seed))
console.log(`${mutants.length} mutants in ${files.length} files`)
if (mutants.length < all.length) console.log(`a sample of ${all.length}, seed ${values.seed}`)
const unseen = area.areGoldenFirst ? await notSeenByGolden(mutants, copy, mutatedText) : mutants
if (area.areGoldenFirst) console.log(`${unseen.length} are not seen by the golden tables`)
const equivalents = unseen.filter(isEquivalent)
const measured = await measuredTests(tests, { copy, sources: area.files, pool })
if (!(await commandsPass())) throw new Error(`${byCommand.join(' ')} fails without a mutant`)
const survivors: Mutant[] = []
for (const file of files) await askTestsOf(file)
const countedCount = mutants.length - equivalents.length
const caughtCount = countedCount - survivors.length
const percent = ((100 * caughtCount) / Math.max(1, countedCount)).toFixed(1)
console.log(`${equivalents.length} cannot be seen by anybody: see ${equivalentsFile}`)
console.log(`caught ${caughtCount} of the other ${countedCount}, ${percent} %`)
console.log(`of these ${endlessCount} by a test that did not end`)

function prepareCopy(): void {
  mkdirSync(copy, { recursive: true })
  for (const path of COPIED) {
    rmSync(join(copy, path), { recursive: true, force: true }) // A test that was moved would be there twice.
    cpSync(path, join(copy, path), { recursive: true })
  }
  const modules = join(copy, 'node_modules')
  if (!existsSync(modules)) symlinkSync(resolve('node_modules'), modules)
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
    .some((line) => {
      const placeEnd = line.indexOf(SEPARATOR)
      if (placeEnd < 1 || !file.endsWith(line.slice(0, placeEnd))) return false
      return line.slice(placeEnd + SEPARATOR.length).startsWith(text.trim() + SEPARATOR)
    })
}

/** Says a file's score when it is done, so that a run that is stopped was not for nothing. */
async function askTestsOf(file: string): Promise<void> {
  const asked = unseen.filter((mutant) => mutant.file === file && !isEquivalent(mutant))
  const before = survivors.length
  for (const mutant of asked) {
    if (!(await isUnseenByTests(mutant))) continue
    survivors.push(mutant)
    console.log(`survived ${mutant.file}:${mutant.line}   ${mutant.text.trim()}`)
  }
  const count = mutants.filter((mutant) => mutant.file === file).length
  console.log(`${file}: ${count} mutants, ${survivors.length - before} survived`)
}

async function isUnseenByTests(mutant: Mutant): Promise<boolean> {
  const path = join(copy, mutant.file)
  const original = textOf(mutant.file)
  const covering = testsOfLine(measured, mutant.file, mutant.line)
  writeFileSync(path, mutatedText(mutant))
  try {
    for (const step of stepsOf(covering, mutant.file)) {
      if (!(await measuredPass(step))) return false
    }
    return await commandsPass()
  } finally {
    writeFileSync(path, original)
  }
}

/** The test beside the file knows it best; by itself it is soon seen not to end. */
function stepsOf(covering: readonly MeasuredTest[], file: string): MeasuredTest[][] {
  const beside = file.replace(/\.ts$/, '.test.ts')
  const others = covering.filter((test) => test.file !== beside)
  return [
    covering.filter((test) => test.file === beside),
    ...steps.map((toMs, index) => {
      const fromMs = steps[index - 1] ?? 0
      return others.filter(({ durationMs }) => durationMs >= fromMs && durationMs < toMs)
    }),
  ]
}

async function measuredPass(step: readonly MeasuredTest[]): Promise<boolean> {
  const durationMs = step.reduce((sumMs, test) => sumMs + test.durationMs, 0)
  const paths = step.map((test) => test.file)
  return paths.length === 0 || passes(paths, START_MS_MAX + SLOWER_MAX * durationMs)
}

/** What they run is no module of theirs, so that nobody knows the lines. */
async function commandsPass(): Promise<boolean> {
  return byCommand.length === 0 || passes(byCommand, commandMsMax)
}

async function passes(paths: readonly string[], msMax: number): Promise<boolean> {
  const options = ['--bail', '1', '--reporter', 'dot', '--pool', pool, ...paths]
  const outcome = await runVitest({ folder: copy, options, msMax })
  if (outcome === 'endless') endlessCount += 1
  return outcome === 'passed'
}
