import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../core/config/config.ts'
import { createLog } from '../../core/watch/log.ts'
import { KAFKA_CLIENTS, openKafkaStream } from './open-stream.ts'

test('the first client is the default of the setting', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-client-'))
  expect(readConfig(folder).kafkaClient).toBe(KAFKA_CLIENTS[0])
})

test.each(KAFKA_CLIENTS)(
  '%s says which brokers did not answer',
  async (client) => {
    const options = { brokers: ['127.0.0.1:1'], clientId: 'tik-test', log: createLog('error') }
    const stream = openKafkaStream(client, { ...options, retriesMax: 0 })
    const failure = { code: 'stream_unavailable', message: expect.stringContaining('127.0.0.1:1') }
    await expect(stream.admin()).rejects.toMatchObject(failure)
  },
  20_000,
)
