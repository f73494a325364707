/** A thread with a real SMTP server that takes every mail; says its port. */
import { parentPort } from 'node:worker_threads'
import { SMTPServer } from 'smtp-server'
import { z } from 'zod'

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    stream.resume()
    stream.on('end', () => done())
  },
})
server.listen(0, '127.0.0.1', () => {
  const { port } = z.object({ port: z.int() }).parse(server.server.address())
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(port)
})
