/** `tik limits` by the door: what was done is told in words, and with --json as data. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine } from './command-line.ts'

let folder = ''
let accountId = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tik-limits-'))
  cpSync('fixtures/catalogue', join(folder, 'catalogue'), { recursive: true })
  const page = readFileSync('docs/accounts.md', 'utf8')
  const document = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  accountId = /^accounts:\n *- id: ([\w-]+)/m.exec(document)?.[1] ?? ''
  writeFileSync(join(folder, 'accounts.yaml'), document)
  const { status, stderr } = await createCommandLine(folder).here([
    'accounts',
    'import',
    join(folder, 'accounts.yaml'),
  ])
  expect([status, stderr.includes('error')]).toEqual([0, false])
})
afterAll(() => rmSync(folder, { recursive: true }))

async function limits(...argv: string[]): Promise<unknown> {
  const { status, stdout, stderr } = await createCommandLine(folder).here([
    'limits',
    ...argv,
    '--json',
  ])
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

test('a limit that is set, unset and imported says so as JSON', async () => {
  const owner = { code: 'account-total', subject: '', scopeKind: 'account', scopeId: accountId }
  expect(await limits('set', 'account-total', '75.00', '--account', accountId)).toEqual({
    ...owner,
    amount: 75_000_000,
    crossedCount: 0,
  })
  expect(await limits('unset', 'account-total', '--account', accountId)).toEqual({
    ...owner,
    isRemoved: true,
    crossedCount: 0,
  })
  const file = join(folder, 'limits.csv')
  writeFileSync(file, `code,account,amount\naccount-total,${accountId},80.00\n`)
  expect(await limits('import', file)).toEqual({
    dryRun: false,
    added: 1,
    changed: 0,
    unchanged: 0,
    crossedCount: 0,
  })
})
