/** Files that a mail has a link to. The link is the key: it is long, its file is one, and it ends. */
import { createReadStream } from 'node:fs'
import type { Hono } from 'hono'
import { openMailedExport } from '../app/usage/mail-export.ts'
import type { ApiEnv, ApiParts } from './create-api.ts'
import { Refusal } from './problem.ts'
import { sendChunks } from './send-chunks.ts'

export function mountExportFiles(app: Hono<ApiEnv>, { stores }: ApiParts): void {
  app.get('/exports/:link', async (context) => {
    const address = context.get('address')
    const entrance = { door: 'api', address, requestId: context.get('requestId') } as const
    const found = await openMailedExport(stores, context.req.param('link'), entrance)
    if (found === undefined) {
      throw new Refusal({
        status: 404,
        title: 'Not found',
        detail: 'this link does not work any more',
        hint: 'ask for the export again',
      })
    }
    const { contentType, fileName, path } = found
    return sendChunks({ contentType, fileName, chunks: createReadStream(path) }, context)
  })
}
