/** One POST to an endpoint. Nothing is followed and nothing of the answer is read but its status. */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { isPublicAddress, lookupPublic, type WebhookTargets } from './public-address.ts'

/** The whole of it, from the name's look-up to the status of the answer. */
export const ANSWER_TIMEOUT_MS = 10_000
const REASON_CHARS_MAX = 300

export interface WebhookPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeoutMs?: number | undefined
}

/** Undefined when it was taken (any 2xx), else why not. Never throws. */
export async function postWebhook(
  post: WebhookPost,
  targets: WebhookTargets,
): Promise<string | undefined> {
  try {
    const status = await send(post, targets)
    return status >= 200 && status < 300 ? undefined : `answered ${status}`
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return 'no answer in time'
    return String(error instanceof Error ? error.message : error).slice(0, REASON_CHARS_MAX)
  }
}

/** The recipient wants nothing any more. */
export function isGone(failure: string): boolean {
  return failure === 'answered 410'
}

function send(post: WebhookPost, targets: WebhookTargets): Promise<number> {
  const { url, headers, body, timeoutMs = ANSWER_TIMEOUT_MS } = post
  const { protocol, hostname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  // An address in the URL is never looked up.
  if (targets === 'public' && isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new Error(`${host} is no public address`)
  }
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(timeoutMs),
      agent: false, // A kept connection would pass by the check of its address.
      ...(targets === 'public' ? { lookup: lookupPublic } : {}),
    }
    const request = (protocol === 'https:' ? requestHttps : requestHttp)(url, options)
    request.on('response', (response) => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end(body)
  })
}
