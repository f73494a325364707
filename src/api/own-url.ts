/** The address at which people reach this door: what the configuration says, or where the request came in. */
import type { Context } from 'hono'
import type { ApiEnv, ApiParts } from './create-api.ts'

/** Without a slash at its end. */
export function ownUrl(context: Context<ApiEnv>, { stores }: Pick<ApiParts, 'stores'>): string {
  return stores.config.publicUrl ?? new URL(context.req.url).origin
}
