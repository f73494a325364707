/**
 * The server under the door: times and sizes are bounded, and it ends in order: nothing new is taken,
 * what is under way is answered, and what hangs on is cut after a while.
 */
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createApi, type ApiParts } from './create-api.ts'

/** Headers and body of a request must be there within these. */
const HEADERS_MS_MAX = 10_000
const REQUEST_MS_MAX = 60_000
const HEADER_BYTES_MAX = 16_384
const KEEP_ALIVE_MS = 15_000
const CONNECTIONS_MAX = 2_000
/** A connection on which nothing moves for this long is ended, such as one that does not read its answer. */
const IDLE_MS_MAX = 300_000
/** What is under way when it stops has this long. */
const DRAIN_MS_MAX = 20_000

export interface OpenDoor extends AsyncDisposable {
  readonly port: number
}

/** `port` 0 takes a free one. */
export async function serveApi(
  parts: ApiParts,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<OpenDoor> {
  const api = createApi(parts)
  const listener = getRequestListener((request, { incoming }) =>
    api.fetch(request, { address: incoming.socket.remoteAddress ?? '' }),
  )
  const server = createServer(
    {
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => void listener(request, response),
  )
  server.timeout = IDLE_MS_MAX
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    [Symbol.asyncDispose]: () => drained(server),
  }
}

async function drained(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()))
  server.closeIdleConnections()
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS_MAX)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
