/**
 * What one row of Asterisk says of itself: is it usage, in which direction. One call is 1 to 15 rows;
 * where trunks are declared, asterisk-calls.ts judges them together.
 *
 * - A Local channel is two halves, `;1` and `;2`, of one leg inside the exchange. A row towards a half
 *   (dstchannel) or of half `;1` is internal; a row of half `;2` is internal too unless it went on to
 *   a channel that is not Local: then it is the leg that left. `localLegs: unbillable` drops those as
 *   well, for exchanges that optimise Local channels away and print the call twice.
 * - What a number is, mediation knows: `s`, `h`, feature codes (`*60`) and names of queues (`Q1000`)
 *   are judged there, as they came.
 * - A leg that an announcement, voice mail or recorder answered without a second channel is no call.
 *   Incoming calls are kept: the owner of a freephone number pays for a caller that hears a menu.
 * - Direction: with `trunks` (prefixes of channel names) by where the call came from and went to; else
 *   by `incomingContexts`; else outgoing. From trunk to trunk is forwarded: the number that was called
 *   from outside (`dst`) pays, and the number that was dialled stands in `lastdata`.
 */
import { z } from 'zod'
import type { Cdr, Direction, UndecodedRecord } from '../../../core/usage/usage.ts'
import { unbillableRecord } from '../decoded-record.ts'

export const legOptions = {
  /** `row` judges each row by itself, as builds did whose files are in the archive. */
  legs: z.enum(['linked', 'row']).default('linked'),
  /** Prefixes of channel names that are trunks, such as 'PJSIP/carrier-'. */
  trunks: z.array(z.string().min(1)).default([]),
  /** Contexts that calls from outside enter. */
  incomingContexts: z
    .array(z.string().min(1))
    .default(['from-trunk', 'from-pstn', 'from-did-direct', 'ext-did']),
  localLegs: z.enum(['bill-outgoing-half', 'unbillable']).default('bill-outgoing-half'),
  /** Where the number that was really dialled stands: `dst`, or inside `lastdata` of Dial. */
  receiverFrom: z.enum(['dst', 'lastdata']).default('dst'),
}

export interface LegColumns {
  readonly src: number
  readonly dst: number
  readonly context: number
  readonly channel: number
  readonly dstChannel: number
  readonly lastApp: number
  readonly lastData: number
}

export interface RowLeg {
  readonly direction: Direction
  /** Whose usage it is: the caller, or the own number that was called or that forwards. */
  readonly servedNumber: string
  readonly receiver: string
  /** It left through one of the declared trunks. */
  readonly overTrunk: boolean
}

const OWN_APPLICATIONS: ReadonlySet<string> = new Set([
  'Playback',
  'BackGround',
  'Background',
  'VoiceMail',
  'VoiceMailMain',
  'Record',
  'MixMonitor',
  'Monitor',
  'MusicOnHold',
  'Echo',
  'Milliwatt',
])

type ReadColumn = (column: number) => string

export interface LegReader {
  isTrunk(channel: string): boolean
  isIncomingContext(context: string): boolean
  legOf(text: ReadColumn, channel: string, dstChannel: string): RowLeg
  /** Why the row by itself is no usage; undefined when it is. */
  unusable(
    text: ReadColumn,
    row: Cdr,
    channel: string,
    dstChannel: string,
  ): UndecodedRecord | undefined
}

export interface LegOptions {
  readonly legs: 'linked' | 'row'
  readonly trunks: readonly string[]
  readonly incomingContexts: readonly string[]
  readonly localLegs: 'bill-outgoing-half' | 'unbillable'
  readonly receiverFrom: 'dst' | 'lastdata'
}

export function createLegReader(options: LegOptions, columns: LegColumns): LegReader {
  const isTrunk = startsWithOneOf(options.trunks)
  const incomingContexts: ReadonlySet<string> = new Set(options.incomingContexts)

  function directionOf(channel: string, dstChannel: string, text: ReadColumn): Direction {
    if (options.trunks.length === 0)
      return incomingContexts.has(text(columns.context)) ? 'in' : 'out'
    if (!isTrunk(channel)) return 'out'
    return isTrunk(dstChannel) ? 'forwarded' : 'in'
  }

  return {
    isTrunk,
    isIncomingContext: (context) => incomingContexts.has(context),
    legOf(text, channel, dstChannel) {
      const dst = text(columns.dst)
      const direction = directionOf(channel, dstChannel, text)
      const overTrunk = isTrunk(dstChannel)
      const isForwarded = direction === 'forwarded' && options.legs === 'linked'
      const dialled =
        isForwarded || options.receiverFrom === 'lastdata'
          ? numberInDial(text(columns.lastData))
          : ''
      const receiver = dialled === '' ? dst : dialled
      // Where the row does not say both, `dst` is what was called from outside or what was dialled out.
      const isForwarder = isForwarded && (dialled === '' || !dialled.endsWith(dst))
      const servedNumber = direction === 'in' ? receiver : isForwarder ? dst : text(columns.src)
      return { direction, servedNumber, receiver, overTrunk }
    },
    unusable(text, { direction, receiver, overTrunk, raw }, channel, dstChannel) {
      if (isInternalHalf(channel, dstChannel, options.localLegs)) {
        const detail = `${channel} to ${dstChannel === '' ? 'nowhere' : dstChannel}`
        return unbillableRecord('internal_leg', detail, raw)
      }
      if (direction === 'out' && dstChannel === '') {
        const lastApp = text(columns.lastApp)
        if (OWN_APPLICATIONS.has(lastApp)) {
          return unbillableRecord('recording_leg', `answered by ${lastApp}`, raw)
        }
      }
      if (receiver !== '' || overTrunk === true) return undefined
      return unbillableRecord('no_number', 'nobody was dialled', raw)
    },
  }
}

/** Most exchanges have one trunk, and this is asked for both channels of each row. */
function startsWithOneOf(prefixes: readonly string[]): (channel: string) => boolean {
  const [first, ...others] = prefixes
  if (first === undefined) return () => false
  if (others.length === 0) return (channel) => channel.startsWith(first)
  return (channel) => prefixes.some((prefix) => channel.startsWith(prefix))
}

function isInternalHalf(channel: string, dstChannel: string, localLegs: string): boolean {
  if (dstChannel.startsWith('Local/')) return true
  if (!channel.startsWith('Local/')) return false
  return localLegs === 'unbillable' || !channel.endsWith(';2') || dstChannel === ''
}

/** What stands before the host in `PJSIP/+31612345678@carrier,60,tT`, or ''. */
function numberInDial(lastData: string): string {
  return /\/([+*#\d][^/@,&]{2,})(?:@|,|&|$)/.exec(lastData)?.[1] ?? ''
}
