/** One row of Master.csv with all 21 columns, quoted as Asterisk does it. */
import type { LocalDay } from './local-day.ts'

export interface DialledLeg {
  readonly accountCode: string
  readonly src: string
  readonly dst: string
  readonly context: string
  readonly name: string
  readonly channel: string
  readonly dstChannel: string
  readonly app: string
  readonly appArguments: string
  /** Seconds since midnight; ringing begins at the start. */
  readonly startSecond: number
  readonly ringSeconds: number
  readonly talkSeconds: number
  readonly disposition: 'ANSWERED' | 'NO ANSWER' | 'BUSY' | 'FAILED' | 'CONGESTION'
  readonly uniqueId: string
  readonly linkedId: string
  /** The printed end is a second later than the talk: Asterisk cuts each time off by itself. */
  readonly lateSecond: 0 | 1
}

/** `sequence` counts the rows of the exchange. */
export function asteriskRow(leg: DialledLeg, sequence: number, day: LocalDay): string {
  const answered = leg.disposition === 'ANSWERED'
  const last = day.lengthSeconds - 1
  const start = leg.startSecond
  const answer = Math.min(start + leg.ringSeconds, last)
  const talk = answered ? Math.min(leg.talkSeconds, last - answer) : 0
  const end = Math.min(answer + talk + leg.lateSecond, last)
  const times =
    `"${day.date} ${day.clockAt(start)}",` +
    (answered ? `"${day.date} ${day.clockAt(answer)}",` : ',') +
    `"${day.date} ${day.clockAt(end)}",${end - start},${talk}`
  return (
    `"${leg.accountCode}","${leg.src}","${leg.dst}","${leg.context}",` +
    `"""${leg.name}"" <${leg.src}>","${leg.channel}","${leg.dstChannel}",` +
    `"${leg.app}","${leg.appArguments}",${times},"${leg.disposition}","DOCUMENTATION",` +
    `"${leg.uniqueId}","","","${leg.linkedId}","${sequence}"\n`
  )
}
