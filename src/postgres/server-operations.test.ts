/** What a server that goes away leaves of a transaction. */
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { PGlite } from '@electric-sql/pglite'
import { expect, test } from 'vitest'
import { createPostgresWire } from '../store-server/postgres-wire.ts'
import { openServerOperations } from './server-operations.ts'

test('a server that goes away between two statements fails the transaction, not the process', async () => {
  await using engine = await PGlite.create()
  const server = createPostgresWire(engine, 'secret')
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await using store = await openServerOperations(
    `postgres://postgres:secret@127.0.0.1:${port}/postgres`,
  )
  const died = store.transaction(async (sql) => {
    await sql.execute('SELECT 1')
    server.close()
    const closed = sockets.map((socket) => once(socket, 'close'))
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
    await new Promise((resolve) => setTimeout(resolve, 50)) // The client hears of it: nobody waits.
    await sql.execute('SELECT 2')
  })
  await expect(died).rejects.toMatchObject({ code: 'operations_unavailable' })
})
