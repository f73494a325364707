/** An endpoint of a customer on a real socket: it answers as it is told and keeps what it took. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { z } from 'zod'
import { batchBody } from '../../src/data-streams/stream-event.ts'

export interface Taken {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A status, `hang` without an answer, or `break` after the request was taken. */
export type Answer = number | 'hang' | 'break'

export interface Receiver extends AsyncDisposable {
  readonly url: string
  /** Whatever came in, taken or not. */
  readonly asked: Taken[]
  /** What it said yes to, and what it took before it broke. */
  readonly taken: Taken[]
  /** The answer to the next request; 200 where nothing is said. */
  answer: (request: Taken) => Answer | Promise<Answer>
}

export async function openReceiver(): Promise<Receiver> {
  const asked: Taken[] = []
  const taken: Taken[] = []
  async function answerTo(
    one: Taken,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await receiver.answer(one)
    if (answer === 'hang') return
    if (answer === 'break' || (answer >= 200 && answer < 300)) taken.push(one)
    if (answer === 'break') request.socket.destroy()
    else response.writeHead(answer).end()
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      asked.push(one)
      void answerTo(one, request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = z.object({ port: z.int() }).parse(server.address())
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/tik`,
    asked,
    taken,
    answer: () => 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

export function bodyOf({ body }: Taken): z.output<typeof batchBody> {
  return batchBody.parse(JSON.parse(body))
}

/** What a recipient keeps: each event once, by its id. */
export function keptIds(taken: readonly Taken[]): string[] {
  return [...new Set(taken.flatMap((one) => bodyOf(one).events.map(({ id }) => id)))]
}
