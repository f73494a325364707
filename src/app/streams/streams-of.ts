/**
 * Data streams as a caller sees and changes them. A stream sends for ever what its maker may see: nobody
 * makes one that shows more than they see themselves.
 */
import { isIP } from 'node:net'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  addStream,
  askReplayRow,
  changeStreamRow,
  listDeliveries,
  pauseStreamRow,
  queueTest,
  removeStream,
  resumeStreamRow,
  rotateSecretRow,
  type StreamDelivery,
  type StreamWish,
} from '../../data-streams/change-stream.ts'
import {
  findStream,
  streamsOf,
  type DataStream,
  type StreamEvents,
  type StreamOwner,
} from '../../data-streams/data-stream.ts'
import { nextReadNo } from '../../data-streams/note-reads.ts'
import { isPublicAddress } from '../../data-streams/public-address.ts'
import type { Right } from '../../identity/rights.ts'
import { asOne } from '../as-one.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'

export const STREAMS_PER_OWNER_MAX = 10
/** How long the secret of before signs too, at most. */
export const OVERLAP_HOURS_MAX = 24 * 14
const HOUR_MS = 3_600_000

/** Throws `not_found` for an owner that the caller does not reach. */
export async function ownStreams(desk: Desk, owner: StreamOwner): Promise<DataStream[]> {
  await requireOwner(desk, owner)
  return streamsOf(desk.operations, owner)
}

/** Throws `not_found`, also for somebody else's. */
export async function streamWithin(desk: Desk, streamId: string): Promise<DataStream> {
  requireRight(desk.caller, 'manage-users')
  const stream = await findStream(desk.operations, streamId)
  if (stream === undefined || !(await isOwnerWithin(desk, stream))) {
    throw new TikError('not_found', `there is no stream ${streamId}`)
  }
  return stream
}

/** `secret` is told this once. It gets what is rated from now on. */
export async function createStream(
  desk: Desk,
  wish: StreamWish & StreamOwner,
): Promise<{ stream: DataStream; secret: string }> {
  await requireOwner(desk, wish)
  requireWish(desk, wish)
  return asOne(desk, async (within) => {
    const { operations } = within
    if ((await streamsOf(operations, wish)).length >= STREAMS_PER_OWNER_MAX) {
      throw new TikError(
        'usage_error',
        `${wish.ownerId} has ${STREAMS_PER_OWNER_MAX} streams, and no room for more`,
      )
    }
    const nowMs = systemClock.nowMs()
    const nextRead = await nextReadNo(operations, desk.clickhouse, nowMs)
    const made = { nextRead, createdBy: desk.caller.name, nowMs }
    const { streamId, secret } = await addStream(operations, wish, made)
    const stream = await streamWithin(within, streamId)
    await noteOf(within, 'stream.create', stream, { after: shownWish(wish) })
    return { stream, secret }
  })
}

export async function changeStream(
  desk: Desk,
  streamId: string,
  wish: StreamWish,
): Promise<DataStream> {
  return asOne(desk, async (within) => {
    const stream = await streamMade(within, streamId)
    requireWish(desk, { ...wish, ownerKind: stream.ownerKind })
    const isNewToUsage = wish.events.includes('usage') && !stream.events.includes('usage')
    const nextRead = isNewToUsage
      ? await nextReadNo(within.operations, desk.clickhouse, systemClock.nowMs())
      : undefined
    await changeStreamRow(within.operations, streamId, { ...wish, nextRead })
    const change = { before: shownWish(stream), after: shownWish(wish) }
    await noteOf(within, 'stream.change', stream, change)
    return streamWithin(within, streamId)
  })
}

export async function deleteStream(desk: Desk, streamId: string): Promise<void> {
  await asOne(desk, async (within) => {
    const stream = await streamMade(within, streamId)
    await removeStream(within.operations, streamId)
    await noteOf(within, 'stream.delete', stream, { before: shownWish(stream) })
  })
}

/** What waits stays, and follows when it is resumed. */
export async function pauseStream(desk: Desk, streamId: string): Promise<DataStream> {
  const stream = await streamWithin(desk, streamId)
  const paused = { reason: `by ${desk.caller.name}`, nowMs: systemClock.nowMs() }
  await pauseStreamRow(desk.operations, streamId, paused)
  await noteOf(desk, 'stream.pause', stream, {})
  return streamWithin(desk, streamId)
}

export async function resumeStream(desk: Desk, streamId: string): Promise<DataStream> {
  const stream = await streamWithin(desk, streamId)
  await resumeStreamRow(desk.operations, streamId, systemClock.nowMs())
  await noteOf(desk, 'stream.resume', stream, {})
  return streamWithin(desk, streamId)
}

/** It goes out within seconds; its delivery has this id. */
export async function testStream(desk: Desk, streamId: string): Promise<string> {
  const stream = await streamWithin(desk, streamId)
  const batchId = await queueTest(desk.operations, stream, systemClock.nowMs())
  await noteOf(desk, 'stream.test', stream, {})
  return batchId
}

/** Everything from a moment on once more, under the same ids and marked, before what is new. */
export async function replayStream(
  desk: Desk,
  streamId: string,
  fromMs: number,
): Promise<DataStream> {
  const stream = await streamWithin(desk, streamId)
  const untilMs = systemClock.nowMs()
  if (fromMs > untilMs) throw new TikError('usage_error', 'a replay begins in the past')
  await askReplayRow(desk.operations, streamId, { fromMs, untilMs })
  await noteOf(desk, 'stream.replay', stream, { after: { from: new Date(fromMs).toISOString() } })
  return streamWithin(desk, streamId)
}

/** The secret of before signs too for some hours, so that a recipient can change over. */
export async function rotateStreamSecret(
  desk: Desk,
  streamId: string,
  overlapHours: number,
): Promise<string> {
  const stream = await streamMade(desk, streamId)
  const overlapUntilMs = systemClock.nowMs() + overlapHours * HOUR_MS
  const secret = await rotateSecretRow(desk.operations, streamId, overlapUntilMs)
  await noteOf(desk, 'stream.rotate-secret', stream, { after: { overlapHours } })
  return secret
}

/** Newest first. */
export async function streamDeliveries(
  desk: Desk,
  streamId: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<StreamDelivery[]> {
  await streamWithin(desk, streamId)
  return listDeliveries(desk.operations, streamId, page)
}

/** One that is changed here and not in the accounts document. */
async function streamMade(desk: Desk, streamId: string): Promise<DataStream> {
  const stream = await streamWithin(desk, streamId)
  if (stream.origin === 'made') return stream
  throw new TikError('usage_error', `${stream.name} is the webhook of the accounts document`, {
    hint: 'change it there, or make a stream beside it',
  })
}

async function requireOwner(desk: Desk, { ownerKind, ownerId }: StreamOwner): Promise<void> {
  requireRight(desk.caller, 'manage-users')
  const directory = await directoryOf(desk)
  if (ownerKind === 'account') {
    accountWithin(desk.caller, directory, ownerId)
    return
  }
  const { reach } = desk.caller
  const isOwn = reach.kind === 'partner' && reach.partnerId === ownerId
  if (!directory.partners.has(ownerId) || !(reach.kind === 'operator' || isOwn)) {
    throw new TikError('not_found', `there is no partner ${ownerId}`)
  }
}

async function isOwnerWithin(desk: Desk, owner: StreamOwner): Promise<boolean> {
  try {
    await requireOwner(desk, owner)
    return true
  } catch (error) {
    if (error instanceof TikError && error.code === 'not_found') return false
    throw error
  }
}

const NEEDED: Readonly<Record<StreamEvents, { of: StreamOwner['ownerKind']; right: Right }>> = {
  usage: { of: 'account', right: 'see-usage' },
  limits: { of: 'account', right: 'see-usage' },
  requests: { of: 'partner', right: 'operate' },
}

function requireWish(
  { caller, config }: Desk,
  wish: StreamWish & Pick<StreamOwner, 'ownerKind'>,
): void {
  for (const events of wish.events) {
    const { of, right } = NEEDED[events]
    if (of !== wish.ownerKind) {
      throw new TikError('usage_error', `${events} go to a stream of an ${of}`)
    }
    requireRight(caller, right)
  }
  if (wish.seesNumbers) requireRight(caller, 'see-numbers')
  requireUrl(wish.url, config.webhookTargets)
}

/** What a name leads to is looked at when it is posted to. Throws `usage_error`. */
function requireUrl(text: string, targets: 'public' | 'any'): void {
  const url = URL.parse(text)
  const isOpen = targets === 'any'
  if (url === null || !(url.protocol === 'https:' || (isOpen && url.protocol === 'http:'))) {
    throw new TikError('usage_error', 'an endpoint is an https address')
  }
  if (url.username !== '' || url.password !== '') {
    throw new TikError('usage_error', 'an endpoint has no password in its address', {
      hint: 'check the signature of what comes in',
    })
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!isOpen && isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new TikError('usage_error', `${host} is no public address`)
  }
}

function shownWish({ name, url, events, seesNumbers }: StreamWish) {
  return { name, url, events, seesNumbers }
}

function noteOf(
  desk: Desk,
  act: string,
  { streamId, ownerKind, ownerId }: DataStream,
  change: { before?: unknown; after?: unknown },
): Promise<void> {
  return note(desk, {
    act,
    subject: `stream:${streamId}`,
    accountId: ownerKind === 'account' ? ownerId : '',
    partnerId: ownerKind === 'partner' ? ownerId : '',
    ...change,
  })
}
