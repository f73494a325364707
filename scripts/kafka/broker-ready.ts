/**
 * Is a broker answering? One ApiVersions request (key 18, version 0) by hand, so that the answer
 * does not depend on a client library. https://kafka.apache.org/protocol#The_Messages_ApiVersions
 */
import { createConnection } from 'node:net'

/** ApiVersions v0: length, api key, api version, correlation id, no client id. */
const REQUEST = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff])
const LENGTH_BYTES = 4
const ANSWER_TIMEOUT_MS = 1_000

/** True when the broker at host:port answered within a second; never throws. */
export function isBrokerReady(address: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(address)
    const answer = (ready: boolean): void => {
      socket.destroy()
      resolve(ready)
    }
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => answer(false))
    socket.on('error', () => answer(false))
    socket.on('close', () => resolve(false))
    socket.on('connect', () => socket.write(REQUEST))
    socket.on('data', (chunk) => answer(chunk.length >= LENGTH_BYTES))
  })
}
