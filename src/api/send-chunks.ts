/**
 * Sends what is made as it goes: a client that is slow makes it wait, one that leaves ends it, and one that takes
 * nothing for a while is ended, so that nobody holds what is read for it.
 */
import type { Context } from 'hono'
import type { ApiEnv } from './create-api.ts'
import type { Sent } from './route.ts'

/** A piece of `PIECE_BYTES_MAX` must be taken within this: 2 kB a second is slow enough. */
export const STALL_MS_MAX = 30_000
const PIECE_BYTES_MAX = 65_536

export async function sendChunks(
  { contentType, fileName, chunks }: Sent,
  context: Context<ApiEnv>,
  stallMsMax = STALL_MS_MAX,
): Promise<Response> {
  const pieces = piecesOf(chunks)
  // The first is waited for: what fails before it is a problem, and not a file that ends.
  const first = await pieces.next()
  context.header('Cache-Control', 'private, no-store')
  context.header('Content-Type', contentType)
  if (fileName !== undefined) {
    context.header(
      'Content-Disposition',
      `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`,
    )
  }
  return context.body(streamOf(first, pieces, stallMsMax))
}

function streamOf(
  first: IteratorResult<Uint8Array, void>,
  pieces: AsyncGenerator<Uint8Array, void>,
  stallMsMax: number,
): ReadableStream<Uint8Array> {
  let next: IteratorResult<Uint8Array, void> | undefined = first
  let stalled: NodeJS.Timeout | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stalled)
        const { done, value } = next ?? (await pieces.next())
        next = undefined
        if (done === true) return controller.close()
        controller.enqueue(value)
        stalled = setTimeout(() => {
          controller.error(stall(stallMsMax))
          void pieces.return()
        }, stallMsMax)
      },
      async cancel() {
        clearTimeout(stalled)
        await pieces.return()
      },
    },
    { highWaterMark: 1 },
  )
}

/** In one line: it is no fault of ours, and there can be many. */
function stall(stallMsMax: number): Error {
  const error = new Error(`a reader took nothing for ${stallMsMax} ms`)
  error.stack = error.message
  return error
}

async function* piecesOf(chunks: Sent['chunks']): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder()
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk
    for (let start = 0; start < bytes.length; start += PIECE_BYTES_MAX) {
      yield bytes.subarray(start, start + PIECE_BYTES_MAX)
    }
  }
}
