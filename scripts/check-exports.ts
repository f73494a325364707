/**
 * `npm run exports`: the files of an export as other programs read them. LibreOffice opens the Dutch form by
 * itself, and every amount must be a number, every time a time and every other cell a text that nothing runs;
 * DuckDB reads the Parquet file, with the types and sums that it must have. Ends with 1 where one does not, and
 * when a file that was spoilt on purpose passes. Without LibreOffice or Python it says so and checks nothing; in CI
 * that is an error.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { prepareDuckDb } from './check-exports/prepare-duckdb.ts'
import { readSheet, type SheetCell } from './check-exports/read-sheet.ts'
import { writeSampleExports, SAMPLE_ROWS, SAMPLE_SUM } from './check-exports/sample-exports.ts'

const run = promisify(execFile)
const TIMEOUT_MS = 120_000
/** Semicolons, UTF-8 from the mark, Dutch, and cells taken for what they look like, as on a double click. */
const DUTCH_CSV = 'CSV:59,34,76,1,,1043,false,true'

const FLOATS = new Set(
  `duration_seconds volume_bytes quantity out_of_bundle charge information_charge amount`.split(
    ' ',
  ),
)
const DATES = new Set(['start', 'start_utc', 'period'])

const PARQUET_TYPES: Readonly<Record<string, string>> = {
  start: 'VARCHAR',
  start_utc: 'TIMESTAMP WITH TIME ZONE',
  duration_seconds: 'BIGINT',
  volume_bytes: 'BIGINT',
  charge: 'DECIMAL(18,6)',
  information_charge: 'DECIMAL(18,6)',
  amount: 'DECIMAL(18,6)',
  period: 'DATE',
  late: 'BOOLEAN',
  usage_id: 'VARCHAR',
}

const PYTHON = `
import duckdb, sys
file = duckdb.read_parquet(sys.argv[1])
for name, type in zip(file.columns, file.types): print(name, type, sep='\\t')
rows, total = file.aggregate('count(*), sum(amount)').fetchall()[0]
print('(rows)', rows, sep='\\t')
print('(sum)', total, sep='\\t')
`

const isReady = await tools().catch((error: unknown) => {
  console.log(`a tool cannot be had: ${error instanceof Error ? error.message : String(error)}`)
  return undefined
})
if (isReady !== undefined) process.exitCode = await check(isReady)
else if (process.env['CI'] !== undefined) process.exitCode = 1
else console.log('skipped: no export was opened (it needs soffice, python3 and a way to PyPI)')

async function tools(): Promise<string> {
  await run('soffice', ['--version'], { timeout: TIMEOUT_MS })
  return prepareDuckDb()
}

async function check(python: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tik-exports-'))
  try {
    const { excel, parquet } = await writeSampleExports(folder)
    const findings = [
      ...sheetFindings(await sheetOf(folder, excel)),
      ...(await parquetFindings(python, parquet)),
    ]
    for (const finding of findings) console.log(`error  ${finding}`)
    const isOverlooked = sheetFindings(await sheetOf(folder, await spoilt(excel))).length === 0
    if (isOverlooked) console.log('error  the spoilt file passes')
    console.log(
      `an export in LibreOffice and in DuckDB, ${SAMPLE_ROWS} rows: ${findings.length} findings; ` +
        `1 canary, ${isOverlooked ? 1 : 0} times overlooked`,
    )
    return findings.length === 0 && !isOverlooked ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Points where the commas stood, as the plain form has them: texts in a Dutch sheet. */
async function spoilt(path: string): Promise<string> {
  const other = path.replace(/\.csv$/, '-spoilt.csv')
  await writeFile(other, (await readFile(path, 'utf8')).replaceAll(/(?<=;-?\d+),(?=\d+;)/g, '.'))
  return other
}

async function sheetOf(folder: string, path: string): Promise<SheetCell[][]> {
  const home = `-env:UserInstallation=file://${join(folder, 'office')}`
  const words = ['--headless', home, `--infilter=${DUTCH_CSV}`, '--convert-to', 'fods']
  await run('soffice', [...words, '--outdir', folder, path], { timeout: TIMEOUT_MS })
  return readSheet(await readFile(join(folder, basename(path).replace(/csv$/, 'fods')), 'utf8'))
}

function sheetFindings(rows: readonly SheetCell[][]): string[] {
  const [head = [], ...body] = rows
  const findings = body.length === SAMPLE_ROWS ? [] : [`the sheet has ${body.length} rows`]
  for (const [at, row] of body.entries()) {
    for (const [column, cell] of row.entries()) {
      const title = head[column]?.text ?? ''
      const isRight =
        cell.type === typeOf(title) ||
        cell.text === '' ||
        // A telephone number may be one (decision 0141).
        (cell.type === 'float' && /^\d+$/.test(cell.text) && !FLOATS.has(title))
      if (!isRight) findings.push(`row ${at + 1}: ${title} is ${cell.type}: ${cell.text}`)
      if (cell.isFormula) findings.push(`row ${at + 1}: ${title} runs: ${cell.text}`)
    }
  }
  const column = head.findIndex(({ text }) => text === 'amount')
  const sum = body.reduce((total, row) => total + Number(row[column]?.value ?? Number.NaN), 0)
  if (Math.abs(sum - SAMPLE_SUM) > 1e-6) findings.push(`the amounts add up to ${sum}`)
  return findings
}

function typeOf(title: string): string {
  if (FLOATS.has(title)) return 'float'
  return DATES.has(title) ? 'date' : 'string'
}

async function parquetFindings(python: string, path: string): Promise<string[]> {
  const { stdout } = await run(python, ['-c', PYTHON, path], { timeout: TIMEOUT_MS })
  const told = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([name, value]) => [name, value]),
  )
  const wrong = Object.entries(PARQUET_TYPES).filter(([name, type]) => told.get(name) !== type)
  const findings = wrong.map(([name]) => `Parquet: ${name} is ${told.get(name) ?? 'not there'}`)
  if (told.get('(rows)') !== String(SAMPLE_ROWS))
    findings.push(`Parquet: ${told.get('(rows)')} rows`)
  if (Number(told.get('(sum)')) !== SAMPLE_SUM) findings.push(`Parquet: sum ${told.get('(sum)')}`)
  return findings
}
