/**
 * Which test files run a line, so that only they are asked about a mistake in it, the quick ones
 * first. Each is run once by itself with coverage, which also shows that it passes as things stand.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runVitest } from './run-vitest.ts'

export interface MeasuredTest {
  readonly file: string
  readonly durationMs: number
  /** By source file: each statement's first and last line, and whether the test runs it. */
  readonly statements: Readonly<Record<string, readonly Statement[]>>
}

export type Statement = readonly [firstLine: number, lastLine: number, isRun: boolean]

const MEASURE_MS_MAX = 600_000
/** Measuring slows a test down, and so does a machine with other work: that is no mistake of the test. */
const PATIENCE = ['--testTimeout', '120000', '--hookTimeout', '120000']

const coverageSchema = z.record(
  z.string(),
  z.object({
    statementMap: z.record(
      z.string(),
      z.object({ start: z.object({ line: z.int() }), end: z.object({ line: z.int() }) }),
    ),
    s: z.record(z.string(), z.number()),
  }),
)

/** The tests that run the line, quickest first. */
export function testsOfLine(
  tests: readonly MeasuredTest[],
  file: string,
  line: number,
): MeasuredTest[] {
  return tests
    .filter((test) => runsLine(test.statements[file] ?? [], line))
    .toSorted((left, right) => left.durationMs - right.durationMs)
}

/**
 * Asks the statements that begin in the line, else the smallest around it; a line that belongs to
 * none (a default of a parameter) is run by whatever runs anything of its file.
 */
export function runsLine(statements: readonly Statement[], line: number): boolean {
  const beginning = statements.filter(([first]) => first === line)
  const around = statements
    .filter(([first, last]) => first <= line && line <= last)
    .toSorted((left, right) => left[1] - left[0] - (right[1] - right[0]))
  const asked = beginning.length > 0 ? beginning : around.slice(0, 1)
  return (asked.length > 0 ? asked : statements).some(([, , isRun]) => isRun)
}

export interface Measuring {
  /** The root of a copy of the tree. */
  readonly copy: string
  readonly sources: readonly string[]
  readonly pool: string
}

/** Keeps what it measured in the copy, for as long as neither the test nor any code has changed. */
export async function measuredTests(
  paths: readonly string[],
  measuring: Measuring,
): Promise<MeasuredTest[]> {
  const measured: MeasuredTest[] = []
  const treeHash = hashOfCode(measuring.copy)
  for (const file of paths.flatMap((path) => testFilesIn(measuring.copy, path))) {
    measured.push(await measureOnce(file, treeHash, measuring))
  }
  return measured
}

function testFilesIn(copy: string, path: string): string[] {
  return path.endsWith('.test.ts') ? [path] : globSync(`${path}/**/*.test.ts`, { cwd: copy }).sort()
}

async function measureOnce(
  file: string,
  treeHash: string,
  measuring: Measuring,
): Promise<MeasuredTest> {
  const { copy, sources } = measuring
  const text = readFileSync(join(copy, file), 'utf8')
  const key = createHash('sha256').update(treeHash).update(sources.join('|')).update(text)
  const folder = join(copy, 'measured')
  const kept = join(folder, `${file.replaceAll('/', '+')}-${key.digest('hex').slice(0, 16)}.json`)
  if (existsSync(kept)) return measuredSchema.parse(JSON.parse(readFileSync(kept, 'utf8')))
  const test = await measure(file, measuring)
  mkdirSync(folder, { recursive: true })
  writeFileSync(kept, JSON.stringify(test))
  return test
}

const measuredSchema = z.object({
  file: z.string(),
  durationMs: z.number(),
  statements: z.record(z.string(), z.array(z.tuple([z.int(), z.int(), z.boolean()]))),
})

async function measure(file: string, { copy, sources, pool }: Measuring): Promise<MeasuredTest> {
  const folder = join(copy, 'coverage')
  rmSync(folder, { recursive: true, force: true })
  const begunMs = performance.now()
  const coverage = ['--coverage', '--coverage.reporter=json', '--coverage.reportsDirectory', folder]
  const included = sources.flatMap((source) => ['--coverage.include', source])
  const options = [file, '--pool', pool, ...PATIENCE, ...coverage, ...included]
  const outcome = await runVitest({ folder: copy, options, msMax: MEASURE_MS_MAX })
  if (outcome !== 'passed') throw new Error(`${file} is ${outcome} without a mutant`)
  const durationMs = Math.round(performance.now() - begunMs)
  const read: unknown = JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8'))
  const statements = Object.entries(coverageSchema.parse(read)).map(
    ([path, { statementMap, s }]) => {
      const rows = Object.entries(statementMap).map(([id, { start, end }]): Statement => [
        start.line,
        end.line,
        (s[id] ?? 0) > 0,
      ])
      return [path.slice(copy.length + 1), rows] as const
    },
  )
  return { file, durationMs, statements: Object.fromEntries(statements) }
}

/** Of everything that tests load, but for the tests themselves. */
function hashOfCode(copy: string): string {
  const hash = createHash('sha256')
  for (const path of globSync('{src,test,fixtures,postgres,clickhouse}/**/*.*', {
    cwd: copy,
  }).sort()) {
    if (!path.endsWith('.test.ts')) hash.update(path).update(readFileSync(join(copy, path)))
  }
  return hash.digest('hex')
}
