import { createConnection } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHealth } from '../core/watch/health.ts'
import { createMetrics } from '../core/watch/metrics.ts'
import { startStatusServer } from './status-server.ts'

test('it answers that it lives, whether it is ready, and with its metrics', async () => {
  const health = createHealth(['ledger'])
  const metrics = createMetrics()
  metrics.counter('tik_usages_total', 'Usages').add(3)
  await using server = await startStatusServer({ host: '127.0.0.1', port: 0, health, metrics })
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`)
    return [response.status, await response.text()]
  }
  expect(await get('/healthz')).toEqual([200, 'ok\n'])
  expect(await get('/readyz')).toEqual([503, '{"ledger":"starting"}\n'])
  health.pass('ledger')
  expect(await get('/readyz')).toEqual([200, '{"ledger":"ok"}\n'])
  expect(await get('/metrics')).toEqual([200, metrics.text()])
  expect((await get('/'))[0]).toBe(404)
})

const targets = fc.oneof(
  fc.constantFrom('//', '///', 'http://[', '*', '/%', '/?%=%', '/\\..', '?', '#'),
  fc.string({ unit: 'binary-ascii', maxLength: 40 }),
)

test('no request line ends the process', async () => {
  const parts = { health: createHealth([]), metrics: createMetrics() }
  await using server = await startStatusServer({ host: '127.0.0.1', port: 0, ...parts })
  await fc.assert(
    fc.asyncProperty(targets, async (target) => {
      const socket = createConnection(server.port, '127.0.0.1')
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.on('error', () => undefined)
      socket.resume()
      socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      await closed
    }),
    { numRuns: 200 },
  )
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200)
})
