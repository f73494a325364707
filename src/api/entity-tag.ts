/** What an answer is, in short: so that nothing is sent twice, and no change is made over another's. */
import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { ApiEnv } from './create-api.ts'
import { Refusal } from './problem.ts'
import type { Asking, Route } from './route.ts'
import { ROUTES } from './v1/routes.ts'

const TAG_LENGTH = 22

export function toTag(answer: string): string {
  return `"${createHash('sha256').update(answer).digest('base64url').slice(0, TAG_LENGTH)}"`
}

/**
 * What can be read can be changed only by who has read it as it is: a change names the tag of what it
 * replaces. Throws a refusal that says so. Within the write's transaction, so that nothing comes between.
 */
export async function requireMatch(
  route: Route,
  context: Context<ApiEnv>,
  asking: Asking<unknown, unknown, unknown>,
): Promise<void> {
  const read = ROUTES.find(({ method, path }) => method === 'get' && path === route.path)
  if (read === undefined || 'send' in read || route.method === 'post') return
  const wanted = context.req.header('If-Match')
  if (wanted === undefined) {
    throw new Refusal({
      status: 428,
      title: 'Precondition required',
      detail: 'a change names what it replaces',
      hint: 'read it first and send its ETag as If-Match',
    })
  }
  const now = toTag(JSON.stringify(read.answer.parse(await read.run(asking))))
  if (wanted.trim() !== '*' && !wanted.includes(now)) {
    throw new Refusal({
      status: 412,
      title: 'Changed meanwhile',
      detail: 'somebody changed it since it was read',
      hint: 'read it again',
    })
  }
}
