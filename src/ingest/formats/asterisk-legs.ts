/**
 * Which rows of Asterisk are usage, and in which direction. One call is 1 to 15 rows; the leg that
 * left through a trunk is billed, once.
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
 *   by `incomingContexts`; else outgoing.
 */
import { z } from 'zod'
import type { Direction, UndecodedRecord } from '../../core/usage.ts'
import { unbillableRecord } from './decoded-record.ts'

export const legOptions = {
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
  readonly dst: number
  readonly context: number
  readonly channel: number
  readonly dstChannel: number
  readonly lastApp: number
  readonly lastData: number
}

export interface BillableLeg {
  readonly direction: Direction
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

type LegClassifier = (
  text: (column: number) => string,
  line: string,
) => BillableLeg | UndecodedRecord

export function createLegClassifier(
  options: {
    trunks: string[]
    incomingContexts: string[]
    localLegs: 'bill-outgoing-half' | 'unbillable'
    receiverFrom: 'dst' | 'lastdata'
  },
  columns: LegColumns,
): LegClassifier {
  const isTrunk = (channel: string) => options.trunks.some((prefix) => channel.startsWith(prefix))
  const incomingContexts: ReadonlySet<string> = new Set(options.incomingContexts)

  function directionOf(channel: string, dstChannel: string, context: string): Direction {
    if (options.trunks.length === 0) return incomingContexts.has(context) ? 'in' : 'out'
    if (!isTrunk(channel)) return 'out'
    return isTrunk(dstChannel) ? 'forwarded' : 'in'
  }

  return function classify(text, line) {
    const channel = text(columns.channel)
    const dstChannel = text(columns.dstChannel)
    if (isInternalHalf(channel, dstChannel, options.localLegs)) {
      const detail = `${channel} to ${dstChannel === '' ? 'nowhere' : dstChannel}`
      return unbillableRecord('internal_leg', detail, line)
    }
    const direction = directionOf(channel, dstChannel, text(columns.context))
    const lastApp = text(columns.lastApp)
    if (direction === 'out' && dstChannel === '' && OWN_APPLICATIONS.has(lastApp)) {
      return unbillableRecord('recording_leg', `answered by ${lastApp}`, line)
    }
    const dialled = options.receiverFrom === 'lastdata' ? numberInDial(text(columns.lastData)) : ''
    const receiver = dialled === '' ? text(columns.dst) : dialled
    const overTrunk = isTrunk(dstChannel)
    if (receiver === '' && !overTrunk) {
      return unbillableRecord('no_number', 'nobody was dialled', line)
    }
    return { direction, receiver, overTrunk }
  }
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
