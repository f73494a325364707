import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { expect, test } from 'vitest'
import { isBrokerReady } from './broker-ready.ts'

const host = '127.0.0.1'

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('a broker that answers is ready', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.write(Buffer.alloc(12))))
  const port = await listen(server)
  expect(await isBrokerReady({ host, port })).toBe(true)
  server.close()
  expect(await isBrokerReady({ host, port })).toBe(false)
})

test('a port that closes without an answer is not ready', async () => {
  const server = createServer((socket) => socket.end())
  const port = await listen(server)
  expect(await isBrokerReady({ host, port })).toBe(false)
  server.close()
})
