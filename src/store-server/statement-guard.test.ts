import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forbiddenPart } from './statement-guard.ts'

const CLICKHOUSE = join(import.meta.dirname, '..', '..', 'clickhouse')

test.each(
  ['migrations', 'queries'].flatMap((folder) =>
    readdirSync(join(CLICKHOUSE, folder)).map((name) => [join(folder, name)]),
  ),
)('the statements of %s may run', (file) => {
  const text = readFileSync(join(CLICKHOUSE, file), 'utf8')
  for (const statement of text
    .split(/;\s*$/m)
    .filter((one) => /^\s*\w/m.test(one.replaceAll(/--.*$/gm, '')))) {
    expect(forbiddenPart(statement, [])).toBeUndefined()
  }
})

const STATEMENT = '(?:ALTER|CHECK|CREATE|DELETE|DROP|INSERT|OPTIMIZE|SELECT|TRUNCATE|WITH)\\b'
const IN_CODE = new RegExp(`\`\\s*(${STATEMENT}[^\`]*)\`|'(${STATEMENT}[^']*)'`, 'g')
/** Where the ledger is asked; a rebuild copies parts of a folder of its own, which nobody serves. */
const ASKING = globSync(join(import.meta.dirname, '..', '**', '*.ts'))
  .filter((path) => !/\.test\.ts$|rebuild|store-server/.test(path))
  .map((path): [string, string] => [path.split('/src/').at(-1) ?? '', readFileSync(path, 'utf8')])
  .filter(([, text]) => /ClickHouseStore|queryText/.test(text) && text.search(IN_CODE) >= 0)

test('there are statements in code', () => {
  expect(ASKING.length).toBeGreaterThan(3)
})

test.each(ASKING)('the statements within %s may run', (_path, text) => {
  for (const [, long, short] of text.matchAll(IN_CODE)) {
    const sql = (long ?? short ?? '').replaceAll(/\$\{[^}]*\}/g, 'name')
    expect([sql, forbiddenPart(sql, [])]).toEqual([sql, undefined])
  }
})

test.each([
  "SELECT * FROM file('/etc/shadow', 'LineAsString')",
  "SELECT file('/etc/shadow')",
  "SELECT * FROM/**/file/**/('/etc/shadow')",
  "SELECT * FROM `file`('/etc/shadow')",
  'SELECT * FROM "file"(\'/etc/shadow\')',
  "SELECT * FROM '/etc/passwd'",
  'SELECT * FROM `/etc/passwd`',
  'SELECT * FROM "data.csv"',
  "SELECT * FROM url('http://169.254.169.254/')",
  "SELECT * FROM s3('http://x/y')",
  "SELECT * FROM remote('10.0.0.1', system.one)",
  "SELECT * FROM executable('id', 'TSV', 'a String')",
  "INSERT INTO FUNCTION file('/tmp/x') SELECT 1",
  "INSERT INTO TABLE FUNCTION url('http://x') SELECT 1",
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  "INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV",
  "CREATE TABLE t (a String) ENGINE = File(CSV, '/etc/passwd')",
  "CREATE TABLE t (a String) ENGINE = URL('http://x', CSV)",
  'CREATE TABLE t (a String) ENGINE File(CSV)',
  "CREATE DICTIONARY d (a String) PRIMARY KEY a SOURCE(FILE(path '/etc/passwd' format 'CSV'))",
  'CREATE FUNCTION f AS (x) -> file(x)',
  'SYSTEM SHUTDOWN',
  "ATTACH TABLE t FROM '/tmp/x' (a String) ENGINE = MergeTree",
  'SELECT 1; SELECT 2',
  'KILL QUERY WHERE 1',
  "SELECT dictGet('d', 'a', 1)",
  '',
])('%j is not run', (sql) => {
  expect(forbiddenPart(sql, [])).toEqual(expect.any(String))
})

test('a table whose name is a parameter has a plain name', () => {
  const sql = 'SELECT count() FROM {table:Identifier}'
  expect(forbiddenPart(sql, ['usage_ledger'])).toBeUndefined()
  expect(forbiddenPart(sql, ['/etc/passwd'])).toEqual(expect.any(String))
})

test('what stands in a text or a comment is no part of the statement', () => {
  expect(forbiddenPart("SELECT 'file(x); url(y)' -- executable(z)", [])).toBeUndefined()
})
