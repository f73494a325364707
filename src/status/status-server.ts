/**
 * What a running stage tells its supervisor: /healthz (the process lives), /readyz (every part
 * works, else 503 with what does not) and /metrics in the Prometheus text format.
 */
import { createServer } from 'node:http'
import type { Health } from '../core/watch/health.ts'
import type { Metrics } from '../core/watch/metrics.ts'
import { addressOf } from '../core/text/request-address.ts'

export interface StatusServer extends AsyncDisposable {
  readonly port: number
}

export async function startStatusServer(parts: {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly health: Health
  readonly metrics: Metrics
}): Promise<StatusServer> {
  const { health, metrics } = parts
  const server = createServer((request, response) => {
    const { path } = addressOf(request.url)
    if (path === '/metrics') {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
      response.end(metrics.text())
    } else if (path === '/healthz') {
      response.end('ok\n')
    } else if (path === '/readyz') {
      response.statusCode = health.isReady ? 200 : 503
      response.setHeader('Content-Type', 'application/json')
      response.end(`${JSON.stringify(health.report())}\n`)
    } else {
      response.statusCode = 404
      response.end('/metrics, /healthz and /readyz are here\n')
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, parts.host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : parts.port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
