/** A file that is sent as it is made, to readers that read, that stop reading, and that leave. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiEnv } from './create-api.ts'
import { sendChunks } from './send-chunks.ts'

const STALL_MS = 2_000
const LINE = 'x'.repeat(100_000)
let made = 0
let isEnded = false

async function* endless(): AsyncGenerator<string> {
  try {
    for (;;) {
      made += 1
      yield LINE
    }
  } finally {
    isEnded = true
  }
}

const app = new Hono<ApiEnv>()
app.get('/endless', (context) =>
  sendChunks({ contentType: 'text/plain', chunks: endless() }, context, STALL_MS),
)
const listener = getRequestListener(app.fetch)
const server = createServer((request, response) => void listener(request, response))
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

function ask(): Socket {
  made = 0
  isEnded = false
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => undefined)
  socket.write('GET /endless HTTP/1.1\r\nHost: test\r\n\r\n')
  return socket
}

test('a reader that takes nothing is ended, and what was read for it with it', async () => {
  const socket = ask()
  socket.pause()
  await expect.poll(() => isEnded, { timeout: 20_000 }).toBe(true)
  const madeThen = made
  await sleep(100)
  expect(made).toBe(madeThen)
  const closed = once(socket, 'close')
  socket.resume()
  await closed
})

test('a reader that is slow and reads on is not', async () => {
  const socket = ask()
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    socket.pause()
    setTimeout(() => socket.resume(), 10)
  })
  await sleep(STALL_MS * 1.5)
  expect(isEnded).toBe(false)
  expect(bytes).toBeGreaterThan(LINE.length)
  socket.destroy()
  await expect.poll(() => isEnded, { timeout: 10_000 }).toBe(true)
})

test('a reader that leaves ends it', async () => {
  const socket = ask()
  await once(socket, 'data')
  socket.destroy()
  await expect.poll(() => isEnded, { timeout: 10_000 }).toBe(true)
})
