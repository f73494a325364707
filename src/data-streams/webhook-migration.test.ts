/** An installation whose accounts document had webhooks: they become streams, and what waited goes on. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { importDirectory } from '../directory/store/import-directory.ts'
import { openOperations, type OperationsStore } from '../postgres/operations-store.ts'
import { exampleDirectory } from '../../test/doubles/example-alerts.ts'

const FOLDER = 'postgres/migrations'
const folder = mkdtempSync(join(tmpdir(), 'tik-test-webhooks-'))
let store: OperationsStore

const directory = exampleDirectory([])
const secret = '0123456789abcdef'
const OF_ACCOUNT = {
  owner: 'account',
  ownerId: 'gist',
  url: 'https://gist.example/',
  secret,
} as const
const OF_PARTNER = {
  owner: 'partner',
  ownerId: 'veldnet',
  url: 'https://veldnet.example/',
  secret,
} as const

beforeAll(async () => {
  store = await openOperations({ folder })
  // Whoever writes into it is of today: but for the webhooks its tables are, too.
  const names = readdirSync(FOLDER).filter((name) => !name.startsWith('0531'))
  for (const name of names.sort()) await store.script(readFileSync(join(FOLDER, name), 'utf8'))
}, 60_000)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

function importWith(webhooks: Parameters<typeof importDirectory>[1]['webhooks']) {
  const content = { directory, oneOffCharges: [], webhooks }
  return importDirectory(store, content, { dryRun: false, atMs: 0, changedBy: 'test' })
}

function streams(): Promise<unknown[]> {
  return store.query(
    `SELECT owner_kind, owner_id, url, events, form, origin, state FROM data_streams ORDER BY owner_kind`,
    [],
    z.unknown(),
  )
}

test('webhooks become streams of one event a request, and what waited waits in them', async () => {
  await importWith([OF_ACCOUNT, OF_PARTNER])
  await store.script(`
    INSERT INTO alert_crossings (account_id, period_start_day, code, scope_id, subject, level, used, amount,
      product, subscription_id, happened_ms, recorded_ms, noted_ms, origin, scope_kind)
    VALUES ('gist', 20000, 'account-total', 'gist', '', '100', 1, 1, 'mobile', 's', 1, 1, 1, 'files/1/0',
      'account');
    INSERT INTO webhook_deliveries (crossing_id, event_kind, account_id, partner_id, event_id, payload,
      state, next_attempt_ms)
    SELECT crossing_id, kind, 'gist', partner, kind, '{}', state, 5 FROM alert_crossings, (VALUES
      ('limit.crossed', '', 'queued'), ('service.block.requested', 'veldnet', 'queued'),
      ('given.up', '', 'failed')) AS waiting (kind, partner, state)`)
  const text = readFileSync(join(FOLDER, '0531-webhooks-are-streams.sql'), 'utf8')
  await store.script(text)
  const form = { form: 'single', origin: 'document', state: 'active' }
  expect(await streams()).toEqual([
    { owner_kind: 'account', owner_id: 'gist', url: OF_ACCOUNT.url, events: ['limits'], ...form },
    {
      owner_kind: 'partner',
      owner_id: 'veldnet',
      url: OF_PARTNER.url,
      events: ['requests'],
      ...form,
    },
  ])
  const waiting = await store.query(
    `SELECT owner_kind || ' ' || event_id AS text FROM stream_events JOIN data_streams USING (stream_id)
     ORDER BY 1`,
    [],
    z.object({ text: z.string() }),
  )
  expect(waiting.map((row) => row.text)).toEqual([
    'account limit.crossed',
    'partner service.block.requested',
  ])
  const kept = await store.query('SELECT event_kind FROM webhook_deliveries', [], z.unknown())
  expect(kept).toEqual([{ event_kind: 'given.up' }])
  const [, check = ''] = /^-- check: (.*)$/m.exec(text) ?? []
  expect(await store.query(`SELECT ${check} AS ok`, [], z.unknown())).toEqual([{ ok: true }])
})

test('what the document says later holds: a new address begins again, one that left is gone', async () => {
  await store.execute(
    `UPDATE data_streams SET state = 'dead', attempts = 7 WHERE owner_id = 'gist'`,
  )
  await importWith([OF_ACCOUNT, OF_PARTNER])
  expect(await streams()).toMatchObject([{ state: 'dead' }, { state: 'active' }])
  await importWith([{ ...OF_ACCOUNT, url: 'https://gist.example/new' }, OF_PARTNER])
  expect(await streams()).toMatchObject([
    { url: 'https://gist.example/new', state: 'active' },
    { url: OF_PARTNER.url },
  ])
  await store.execute(`DELETE FROM account_webhooks`)
  expect(await streams()).toMatchObject([{ owner_id: 'veldnet' }])
})
