/**
 * PostgreSQL's wire protocol over the embedded engine, for several connections. The engine has one
 * session, so what belongs together takes its turn as a whole: the messages up to a Sync, and all of
 * a transaction. Otherwise one connection would bind its values to the statement of another
 * (docs/decisions/0191). https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { createFrameReader } from './postgres-frames.ts'
import type { FrameGroup } from './postgres-frames.ts'

/** The part of PGlite that this needs. */
export interface WireEngine {
  execProtocolRawStream(
    message: Uint8Array,
    options: { syncToFs: boolean; onRawData: (data: Uint8Array) => void },
  ): Promise<void>
  isInTransaction(): boolean
  exec(sql: string): Promise<unknown>
}

/** A connection that holds a transaction and is silent for this long is closed and rolled back. */
const TRANSACTION_SILENCE_MS_MAX = 60_000

interface Turn {
  readonly connection: Connection
  readonly group: FrameGroup
}

interface Connection {
  readonly socket: Socket
  isOpen: boolean
}

interface Wire {
  readonly engine: WireEngine
  readonly waiting: Turn[]
  /** Whose transaction is open. */
  owner: Connection | undefined
  isWorking: boolean
  silence: NodeJS.Timeout | undefined
}

/** A server that does not listen yet. */
export function createPostgresWire(engine: WireEngine): Server {
  const wire: Wire = {
    engine,
    waiting: [],
    owner: undefined,
    isWorking: false,
    silence: undefined,
  }
  return createServer((socket) => serve(socket, wire))
}

function serve(socket: Socket, wire: Wire): void {
  const connection: Connection = { socket, isOpen: true }
  const frames = createFrameReader()
  socket.setNoDelay(true)
  socket.on('error', () => undefined) // 'close' follows.
  socket.on('data', (chunk) => {
    for (const group of frames.read(chunk)) {
      if (group.kind === 'refuse ssl') socket.write('N')
      else if (group.kind === 'close') socket.end()
      else wire.waiting.push({ connection, group })
    }
    void work(wire)
  })
  socket.on('close', () => {
    connection.isOpen = false
    void work(wire) // Its transaction, if it has one, is rolled back there.
  })
}

/** One turn after the other; while a transaction is open only its owner has turns. */
async function work(wire: Wire): Promise<void> {
  if (wire.isWorking) return
  wire.isWorking = true
  clearTimeout(wire.silence)
  for (let turn = await nextTurn(wire); turn !== undefined; turn = await nextTurn(wire)) {
    await take(turn, wire)
  }
  const { owner } = wire
  if (owner !== undefined) {
    wire.silence = setTimeout(() => owner.socket.destroy(), TRANSACTION_SILENCE_MS_MAX)
    wire.silence.unref()
  }
  wire.isWorking = false
}

async function nextTurn(wire: Wire): Promise<Turn | undefined> {
  const { owner, waiting } = wire
  if (owner !== undefined && !owner.isOpen) {
    await wire.engine.exec('ROLLBACK').catch(() => undefined)
    wire.owner = undefined
    return nextTurn(wire)
  }
  const at = waiting.findIndex(
    ({ connection }) => connection.isOpen && (owner === undefined || connection === owner),
  )
  return at === -1 ? undefined : waiting.splice(at, 1)[0]
}

async function take({ connection, group }: Turn, wire: Wire): Promise<void> {
  const { socket } = connection
  const last = group.messages.at(-1)
  try {
    for (const message of group.messages) {
      await wire.engine.execProtocolRawStream(message, {
        syncToFs: message === last,
        onRawData: (data) => void (connection.isOpen && socket.write(Uint8Array.from(data))),
      })
    }
    if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  } catch {
    socket.destroy() // The engine itself failed: the client sees a lost connection and tries again.
  }
  wire.owner = wire.engine.isInTransaction() ? connection : undefined
}
