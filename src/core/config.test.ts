import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeConfig, readConfig } from './config.ts'

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

test('secrets are never printed', () => {
  const lines = describeConfig(freshFolder(), {
    TIK_SMTP_URL: 'smtp://me:hunter2@mail:587',
    TIK_CLICKHOUSE_PASSWORD: 'hunter2',
  })
  expect(JSON.stringify(lines)).not.toContain('hunter2')
  expect(lines.find((line) => line.name === 'smtpUrl')).toMatchObject({
    value: '(set, not shown)',
    from: 'environment',
  })
})
