/** The order in which an engine with one session gets the messages of several connections. */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPostgresWire } from './postgres-wire.ts'
import type { WireEngine } from './postgres-wire.ts'

const STARTUP = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0])
let server: Server
let engine: WireEngine & { seen: string[]; isIn: boolean }

/** Notes the bodies; BEGIN and COMMIT are understood; answers every message with its body. */
function engineDouble(): typeof engine {
  const seen: string[] = []
  return {
    seen,
    isIn: false,
    execProtocolRawStream(message, { onRawData }) {
      const body = Buffer.from(message.subarray(5)).toString()
      if (body === 'fail') return Promise.reject(new Error('the engine fails'))
      if (body === 'BEGIN') this.isIn = true
      if (body === 'COMMIT') this.isIn = false
      seen.push(body)
      onRawData(Buffer.from(`${body};`))
      return Promise.resolve()
    },
    isInTransaction() {
      return this.isIn
    },
    exec(sql) {
      this.isIn = false
      seen.push(sql)
      return Promise.resolve()
    },
  }
}

beforeEach(async () => {
  engine = engineDouble()
  server = createPostgresWire(engine, 'right')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => void server.close())

async function connect(): Promise<Socket> {
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(STARTUP)
  await once(socket, 'data')
  socket.write(frame('p', 'right\0'))
  await once(socket, 'data')
  engine.seen.length = 0
  return socket
}

function frame(type: string, body: string): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(type), size, Buffer.from(body)])
}

function until(text: string): Promise<void> {
  return expect.poll(() => engine.seen.join(' ')).toContain(text)
}

test('a statement of one connection never stands between parse and bind of another', async () => {
  const [first, second] = [await connect(), await connect()]
  first.write(frame('P', 'parse-1'))
  second.write(Buffer.concat([frame('P', 'parse-2'), frame('B', 'bind-2'), frame('S', 'end-2')]))
  await until('end-2')
  first.write(Buffer.concat([frame('B', 'bind-1'), frame('S', 'end-1')]))
  await until('end-1')
  expect(engine.seen).toEqual(['parse-2', 'bind-2', 'end-2', 'parse-1', 'bind-1', 'end-1'])
})

test('a transaction keeps its turn, and is rolled back when its connection is lost', async () => {
  const [first, second] = [await connect(), await connect()]
  first.write(frame('Q', 'BEGIN'))
  await until('BEGIN')
  second.write(frame('Q', 'other'))
  first.write(frame('Q', 'own'))
  await until('own')
  expect(engine.seen).toEqual(['BEGIN', 'own'])
  first.destroy()
  await until('other')
  expect(engine.seen).toEqual(['BEGIN', 'own', 'ROLLBACK', 'other'])
})

test('what breaks the engine breaks one connection, and the others go on', async () => {
  const [first, second] = [await connect(), await connect()]
  const closed = once(first, 'close')
  first.write(frame('Q', 'fail'))
  await closed
  second.write(frame('Q', 'goes on'))
  await until('goes on')
})

test.each(['wrong\0', '', 'right'])('the password %j is refused', async (password) => {
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(STARTUP)
  await once(socket, 'data')
  socket.write(frame('p', password))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString('utf8')).toMatch(/^E.*28P01/s)
  await once(socket, 'close')
  expect(engine.seen).toEqual([])
})

test('a statement before the password never reaches the engine', async () => {
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.on('data', () => undefined)
  socket.write(Buffer.concat([STARTUP, frame('Q', 'DROP TABLE invoices')]))
  await once(socket, 'close')
  expect(engine.seen).toEqual([])
})

test('a hundred silent strangers do not keep a client out', async () => {
  const strangers = Array.from({ length: 100 }, () => {
    const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
    return socket.on('error', () => undefined)
  })
  await Promise.all(strangers.map((socket) => once(socket, 'connect')))
  const client = await connect()
  client.write(frame('Q', 'served'))
  await until('served')
  for (const socket of strangers) socket.destroy()
})

test('a stranger that sends megabytes instead of a password is let go', async () => {
  const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(Buffer.concat([STARTUP, frame('p', 'x'.repeat(1_000_000))]))
  await closed
})
