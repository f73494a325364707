/**
 * PostgreSQL's wire protocol over the embedded engine, for several connections. The engine has one
 * session, so what belongs together takes its turn as a whole: the messages up to a Sync, and all of
 * a transaction. Otherwise one connection would bind its values to the statement of another
 * (docs/decisions/0191). https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { createFrameReader } from './postgres-frames.ts'
import type { FrameGroup } from './postgres-frames.ts'
import { createPasswordDoor, type DoorVerdict } from './postgres-password.ts'
import { writableAgain } from './writable-again.ts'

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

/** Connections that have not said the password, and how long one may take for it. */
const STRANGERS_MAX = 64
const PASSWORD_MS_MAX = 5_000

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
  readonly secret: string
  /** Connections that have not given the secret yet, the oldest first. */
  readonly strangers: Set<Socket>
  readonly waiting: Turn[]
  /** Whose transaction is open. */
  owner: Connection | undefined
  isWorking: boolean
  silence: NodeJS.Timeout | undefined
}

/** A server that does not listen yet. Clients must give `secret` as their password. */
export function createPostgresWire(engine: WireEngine, secret: string): Server {
  const wire: Wire = {
    engine,
    strangers: new Set(),
    secret,
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
  const door = createPasswordDoor(wire.secret)
  admitStranger(socket, wire)
  socket.setNoDelay(true)
  socket.on('error', () => undefined) // 'close' follows.
  socket.on('data', (chunk) => {
    if (door.isTooMuch(chunk.length)) {
      socket.destroy()
      return
    }
    for (const group of frames.read(chunk)) {
      if (group.kind === 'refuse ssl') socket.write('N')
      else if (group.kind === 'close') socket.end()
      else takeIn(door.pass(group), connection, wire)
    }
    void work(wire)
  })
  socket.on('close', () => {
    wire.strangers.delete(socket)
    connection.isOpen = false
    void work(wire) // Its transaction, if it has one, is rolled back there.
  })
}

function takeIn(verdict: DoorVerdict, connection: Connection, wire: Wire): void {
  const { socket } = connection
  const { answer, group, isRefused } = verdict
  if (answer !== undefined) socket.write(answer)
  if (isRefused) {
    connection.isOpen = false
    socket.end()
  } else if (group !== undefined) {
    wire.strangers.delete(socket)
    wire.waiting.push({ connection, group })
  }
}

/** Strangers never keep others out: the one that has been silent for the longest makes room. */
function admitStranger(socket: Socket, wire: Wire): void {
  const { strangers } = wire
  strangers.add(socket)
  if (strangers.size > STRANGERS_MAX) {
    const [oldest] = strangers
    oldest?.destroy()
  }
  const timer = setTimeout(() => {
    if (strangers.has(socket)) socket.destroy()
  }, PASSWORD_MS_MAX)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
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
    if (socket.writableNeedDrain) await writableAgain(socket)
  } catch {
    socket.destroy() // The engine itself failed: the client sees a lost connection and tries again.
  }
  wire.owner = wire.engine.isInTransaction() ? connection : undefined
}
