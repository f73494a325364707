import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { describeConfig, readConfig, settingsHelp } from './config.ts'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'tik-config-'))

test('the environment beats the file and the file beats the default', () => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'tik.yaml'), 'batchRowsMax: 1000\nmailsPerMinuteMax: 5\n')
  const config = readConfig(folder, { TIK_BATCH_ROWS_MAX: '2000' })
  expect(config).toMatchObject({ batchRowsMax: 2000, mailsPerMinuteMax: 5, batchWaitMsMax: 500 })
})

test('every wrong setting is named at once', () => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'tik.yaml'), 'batchRowMax: 1000\n')
  const read = () => readConfig(folder, { TIK_CLICKHOUSE_URL: 'nonsense', TIK_HTTP_PORT: '99999' })
  expect(read).toThrow(/batchRowMax in tik.yaml: no such setting/)
  expect(read).toThrow(/TIK_CLICKHOUSE_URL/)
  expect(read).toThrow(/TIK_HTTP_PORT/)
})

test('an empty variable counts as not set', () => {
  expect(readConfig(freshFolder(), { TIK_CLICKHOUSE_URL: '' }).clickhouseUrl).toBeUndefined()
})

const SECRET = 'hunter2'

/** Every way in which somebody sees settings: the table, and what is said of a mistake. */
test.each<[string, string, Record<string, string>]>([
  ['a mail server with a password', '', { TIK_SMTP_URL: `smtp://me:${SECRET}@mail:587` }],
  ['a password of its own', '', { TIK_CLICKHOUSE_PASSWORD: SECRET }],
  [
    'a password in the address of ClickHouse',
    '',
    { TIK_CLICKHOUSE_URL: `http://me:${SECRET}@ch:8123` },
  ],
  ['PostgreSQL in the file', `postgresUrl: postgres://me:${SECRET}@pg/tik\n`, {}],
  ['an address that is none', '', { TIK_POSTGRES_URL: `postgres:/me:${SECRET}@pg` }],
  ['a name that is no setting', `postgresURL: postgres://me:${SECRET}@pg/tik\n`, {}],
  ['a mistake in YAML on its line', `smtpUrl: "smtp://me:${SECRET}@mail\nlogLevel: [`, {}],
  ['a list instead of a map', `- postgres://me:${SECRET}@pg/tik\n`, {}],
  ['an alias without an anchor', `smtpUrl: *${SECRET}\n`, {}],
])('a secret is not shown: %s', (_, file, environment) => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'tik.yaml'), file)
  const shown = (() => {
    try {
      return JSON.stringify(describeConfig(folder, environment))
    } catch (error) {
      return `${String(error)} ${inspect(error)}`
    }
  })()
  expect(shown).not.toContain(SECRET)
})

test('a secret is told to be set, and an address keeps all but its password', () => {
  const lines = describeConfig(freshFolder(), {
    TIK_SMTP_URL: `smtp://me:${SECRET}@mail:587`,
    TIK_CLICKHOUSE_URL: `http://me:${SECRET}@ch:8123`,
  })
  expect(lines.find((line) => line.name === 'smtpUrl')).toMatchObject({
    value: '(set, not shown)',
    from: 'environment',
  })
  expect(lines.find((line) => line.name === 'clickhouseUrl')?.value).toBe('http://me:***@ch:8123')
})

test.each(['constructor', '__proto__', 'toString'])('the setting %s is no setting', (name) => {
  const folder = freshFolder()
  writeFileSync(join(folder, 'tik.yaml'), `${name}: 1\n`)
  expect(() => readConfig(folder, {})).toThrow(`${name} in tik.yaml: no such setting`)
})

test('a file that unfolds without end is refused in one sentence', () => {
  const folder = freshFolder()
  const levels = 'abcdefghij'.split('').map((name, level, all) => {
    const above = all[level - 1]
    return `${name}: &${name} [${above === undefined ? '1' : Array(10).fill(`*${above}`).join(', ')}]`
  })
  writeFileSync(join(folder, 'tik.yaml'), levels.join('\n'))
  expect(() => readConfig(folder, {})).toThrow(/unfolds to more than a person writes/)
})

test('stores that nobody serves are named with what to do', () => {
  expect(() => readConfig(freshFolder(), { TIK_STORES: '/nowhere' })).toThrow(
    /no store server serves \/nowhere/,
  )
})

test('every variable that is read is told, with what it is for', () => {
  const text = readFileSync(new URL('config.ts', import.meta.url), 'utf8')
  const read = new Set(text.match(/(?<=')TIK_[A-Z_]+(?=')/g))
  const told = describeConfig(freshFolder(), {})
  expect(read.size).toBeGreaterThan(25)
  expect(new Set(told.map(({ env }) => env))).toEqual(read)
  expect(told.filter(({ help }) => help === '')).toEqual([])
  const inFile = told.filter(({ name }) => name !== '').map(({ env, name }) => `${env} (${name})`)
  for (const setting of inFile) expect(settingsHelp()).toContain(setting)
})

test('where the data folder and the file of settings are is told with who said it', () => {
  const folder = freshFolder()
  const placesOf = (environment: Record<string, string>) =>
    describeConfig(folder, environment)
      .slice(0, 2)
      .map(({ env, value, from }) => [env, value, from])
  expect(placesOf({})).toEqual([
    ['TIK_DIR', folder, 'option'],
    ['TIK_CONFIG', join(folder, 'tik.yaml'), 'default'],
  ])
  const file = join(folder, 'other.yaml')
  writeFileSync(file, '')
  expect(placesOf({ TIK_DIR: folder, TIK_CONFIG: file })).toEqual([
    ['TIK_DIR', folder, 'environment'],
    ['TIK_CONFIG', file, 'environment'],
  ])
})
