/** Sends what is made as it goes: a client that is slow makes it wait, one that leaves ends it. */
import type { Context } from 'hono'
import type { ApiEnv } from './create-api.ts'
import type { Sent } from './route.ts'

export async function sendChunks(
  { contentType, fileName, chunks }: Sent,
  context: Context<ApiEnv>,
): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]()
  // The first is waited for: what fails before it is a problem, and not a file that ends.
  let first: IteratorResult<string | Uint8Array> | undefined = await iterator.next()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = first ?? (await iterator.next())
        first = undefined
        if (done === true) return controller.close()
        controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 1 },
  )
  context.header('Cache-Control', 'private, no-store')
  context.header('Content-Type', contentType)
  if (fileName !== undefined) {
    context.header(
      'Content-Disposition',
      `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`,
    )
  }
  return context.body(body)
}
